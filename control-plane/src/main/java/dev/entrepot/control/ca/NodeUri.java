package dev.entrepot.control.ca;

import dev.entrepot.common.wire.Enrolment;
import java.net.URI;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code entrepot://<installation>/edge/<name>}, as it stands in a node's certificate. */
record NodeUri(String installation, String name) {
  static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");
  private static final int URI_NAME = 6; // uniformResourceIdentifier, RFC 5280 section 4.2.1.6
  private static final Pattern GRAMMAR =
      Pattern.compile(Enrolment.URI_SCHEME + "://([a-z0-9-]{1,64})/edge/(" + NAME + ")");

  static URI of(String installation, String name) {
    return URI.create(Enrolment.URI_SCHEME + "://" + installation + "/edge/" + name);
  }

  /** Whom a certificate names; empty unless it has exactly one URI and that names a node. */
  static Optional<NodeUri> in(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      List<String> uris =
          names == null
              ? List.of()
              : names.stream()
                  .filter(name -> Integer.valueOf(URI_NAME).equals(name.getFirst()))
                  .map(name -> String.valueOf(name.getLast()))
                  .toList();
      return uris.size() == 1 ? parse(uris.getFirst()) : Optional.empty();
    } catch (CertificateParsingException _) {
      return Optional.empty();
    }
  }

  private static Optional<NodeUri> parse(String uri) {
    Matcher matcher = GRAMMAR.matcher(uri);
    return matcher.matches()
        ? Optional.of(new NodeUri(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }
}
