package dev.entrepot.edge.policy;

import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.RepositoryPattern;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.Snapshot;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A snapshot made ready to be asked with every request. Immutable. */
public final class Policy {
  private final Snapshot snapshot;
  private final Map<String, Snapshot.Key> keys;
  private final Optional<List<Cidr>> trustedNetworks;
  private final List<RepositoryPattern> denied;
  private final Map<String, Set<String>> serials;

  /**
   * Reads a snapshot's texts.
   *
   * @throws IllegalArgumentException when one of them cannot be read
   */
  public Policy(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.keys =
        snapshot.keys().stream()
            .collect(Collectors.toUnmodifiableMap(Snapshot.Key::id, Function.identity()));
    this.trustedNetworks =
        snapshot.access().trustedNetworks().map(all -> all.stream().map(Cidr::parse).toList());
    this.denied =
        snapshot.access().deniedRepositories().stream().map(RepositoryPattern::of).toList();
    this.serials =
        snapshot.edges().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Snapshot.Edge::name, it -> Set.copyOf(it.serials()), (one, other) -> one));
  }

  /** The version of the snapshot. */
  public long version() {
    return snapshot.version();
  }

  /** What it is made of. */
  public Snapshot snapshot() {
    return snapshot;
  }

  /** What tokens say, and where they are to be had. */
  public Snapshot.Tokens tokens() {
    return snapshot.tokens();
  }

  /** The key of a {@code kid}. */
  public Optional<Snapshot.Key> key(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  /** Whether the control plane leaves an address among the trusted ones. */
  public boolean leavesTrusted(InetAddress address) {
    return trustedNetworks
        .map(all -> all.stream().anyMatch(it -> it.contains(address)))
        .orElse(true);
  }

  /** Whether nobody may pull from a repository. */
  public boolean denies(Repository repository) {
    String name = repository.toString();
    return denied.stream().anyMatch(it -> it.covers(name));
  }

  /** Whether a token whose signature fits was taken back: itself, its subject, or all of a time. */
  public boolean revokes(AccessToken token) {
    Snapshot.Revocations revoked = snapshot.revocations();
    return revoked.tokens().containsKey(token.id())
        || isBefore(token, Optional.ofNullable(revoked.subjects().get(token.subject())))
        || isBefore(token, revoked.before());
  }

  /**
   * Whether a certificate is one that counts of a node.
   *
   * @param serial in hexadecimal
   */
  public boolean knows(String node, String serial) {
    return serials.getOrDefault(node, Set.of()).contains(serial.toLowerCase(Locale.ROOT));
  }

  private static boolean isBefore(AccessToken token, Optional<Instant> limit) {
    return limit.filter(token.issuedAt()::isBefore).isPresent();
  }
}
