package dev.entrepot.control;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.entrepot.common.wire.Enrolment;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.control.ca.Authority;
import dev.entrepot.control.policy.Published;
import java.net.URI;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Whether a certificate is one of a node's: signed by the authority, for a node of this
 * installation, by a serial that the current snapshot lists. Never blocks; callable from any
 * thread.
 */
final class CurrentNodes implements Predicate<X509Certificate>, Consumer<Published> {
  private static final int MOST_REMEMBERED = 20_000;
  private static final int URI_NAME = 6; // RFC 5280, GeneralName

  private final Authority authority;
  private final String prefix;
  // A signature is proven once for each connection, not at each beat.
  private final Cache<X509Certificate, Optional<String>> names =
      Caffeine.newBuilder().weakKeys().maximumSize(MOST_REMEMBERED).build();
  private volatile Map<String, Set<String>> serials = Map.of();

  CurrentNodes(Authority authority, String installation) {
    this.authority = authority;
    this.prefix = Enrolment.URI_SCHEME + "://" + installation + "/edge/";
  }

  @Override
  public void accept(Published published) {
    Map<String, Set<String>> current = new HashMap<>();
    for (Snapshot.Edge edge : published.snapshot().edges()) {
      current.put(edge.name(), new HashSet<>(edge.serials()));
    }
    serials = current;
  }

  @Override
  public boolean test(X509Certificate peer) {
    String serial = peer.getSerialNumber().toString(16).toLowerCase(Locale.ROOT);
    return names
        .get(peer, this::name)
        .map(name -> serials.getOrDefault(name, Set.of()).contains(serial))
        .orElse(false);
  }

  private Optional<String> name(X509Certificate peer) {
    if (!authority.issued(peer)) {
      return Optional.empty();
    }
    try {
      Collection<List<?>> others = peer.getSubjectAlternativeNames();
      return Optional.ofNullable(others).orElse(List.of()).stream()
          .filter(it -> it.getFirst().equals(URI_NAME))
          .map(it -> URI.create(String.valueOf(it.get(1))).toString())
          .filter(it -> it.startsWith(prefix))
          .map(it -> it.substring(prefix.length()))
          .findFirst();
    } catch (CertificateParsingException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
