package dev.entrepot.control.fleet;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What operators may do. Everything may block and is called on worker threads; a {@link
 * dev.entrepot.common.config.Refusal} becomes its sentence. Answers are fields for JSON.
 */
public interface Administration {
  Map<String, ?> status();

  Map<String, ?> keys();

  Map<String, ?> nodes();

  /** Lets the next key sign; {@code insist}: even before all edges can know it. */
  Map<String, ?> rotate(boolean insist);

  void revokeToken(String id);

  void revokeSubject(String name);

  void revokeAll();

  /**
   * Makes a join token.
   *
   * @param name of the node that may use it; empty for any
   * @param hosts that certificates of nodes may be good for; none: loopback and private addresses
   */
  Map<String, ?> createJoinToken(
      Optional<String> name, List<String> hosts, int uses, Duration life);

  /** A node no longer belongs; says whether there was one. */
  boolean removeNode(String name);

  /** Copies the state into a new directory; other orders are carried out meanwhile. */
  Map<String, ?> backup(Path directory);
}
