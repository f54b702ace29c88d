package dev.entrepot.common.wire;

import java.net.URI;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that an edge is told by its control plane: one signed document, a higher version at
 * each change. An edge lives by the last one it has, for days.
 *
 * @param installation who signed: a random name made once for each installation
 * @param version grows by at least one at each change; a lower one is never accepted again
 * @param keys of access tokens, never empty; future ones among them
 * @param edges the nodes that belong to the installation now
 * @param trust certificates (PEM) of the authority that nodes' certificates lead to; two in the
 *     time of a change
 */
public record Snapshot(
    String installation,
    long version,
    Instant issuedAt,
    List<Key> keys,
    Tokens tokens,
    Revocations revocations,
    Access access,
    List<Edge> edges,
    List<String> trust) {

  public Snapshot {
    keys = List.copyOf(keys);
    edges = List.copyOf(edges);
    trust = List.copyOf(trust);
  }

  /**
   * A public key of access tokens.
   *
   * @param id the {@code kid}: its JWK thumbprint
   * @param notAfter no token counts that was issued later than this; absent while it may sign
   */
  public record Key(String id, RSAPublicKey key, Optional<Instant> notAfter) {}

  /**
   * What tokens say, and where they are to be had.
   *
   * @param issuer the only {@code iss}
   * @param service the only {@code aud}, and {@code service} in challenges
   * @param realm where clients ask for tokens
   */
  public record Tokens(String issuer, String service, URI realm) {}

  /**
   * What no longer counts although its signature fits.
   *
   * @param tokens by {@code jti}, with the token's end, when the entry may go
   * @param subjects by {@code sub}: tokens issued before this instant do not count
   * @param before tokens of anybody issued before this instant do not count
   */
  public record Revocations(
      Map<String, Instant> tokens, Map<String, Instant> subjects, Optional<Instant> before) {
    public Revocations {
      tokens = Map.copyOf(tokens);
      subjects = Map.copyOf(subjects);
    }

    public static final Revocations NONE = new Revocations(Map.of(), Map.of(), Optional.empty());
  }

  /**
   * What edges allow; it narrows what their own files allow and never widens it.
   *
   * @param trustedNetworks if present, networks (CIDR) outside of which nobody is trusted
   * @param deniedRepositories patterns such as {@code docker.io/evil/**} that nobody may pull
   * @param maxStaleness for how long a snapshot that is not confirmed opens private content
   */
  public record Access(
      Optional<List<String>> trustedNetworks,
      List<String> deniedRepositories,
      Duration maxStaleness) {
    public Access {
      trustedNetworks = trustedNetworks.map(List::copyOf);
      deniedRepositories = List.copyOf(deniedRepositories);
    }

    public static final Access UNCHANGED =
        new Access(Optional.empty(), List.of(), Duration.ofDays(7));
  }

  /**
   * A node of the installation.
   *
   * @param name as its certificate's URI names it
   * @param serials of its certificates that count, in lower-case hexadecimal
   */
  public record Edge(String name, List<String> serials) {
    public Edge {
      serials = List.copyOf(serials);
    }
  }
}
