package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.wire.Enrolment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What nodes are called, by people and in certificates. */
final class NodeNames {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");
  private static final int URI_NAME = 6; // uniformResourceIdentifier, RFC 5280 section 4.2.1.6

  private NodeNames() {}

  /** The host's name, as far as that is a node's name too. */
  static String host() {
    String name;
    try {
      name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
    } catch (UnknownHostException _) {
      name = "";
    }
    if (!NAME.matcher(name).matches()) {
      throw new Refusal(
          "the host's name \"" + name + "\" is no node name: set control-plane.node, or --node");
    }
    return name;
  }

  static String uri(String installation, String node) {
    return Enrolment.URI_SCHEME + "://" + installation + "/edge/" + node;
  }

  static boolean isEdge(String uri) {
    return uri.startsWith(Enrolment.URI_SCHEME + "://");
  }

  /** The URIs that a certificate names; none if they cannot be read. */
  static List<String> uris(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(it -> Integer.valueOf(URI_NAME).equals(it.getFirst()))
              .map(it -> String.valueOf(it.getLast()))
              .toList();
    } catch (CertificateParsingException _) {
      return List.of();
    }
  }
}
