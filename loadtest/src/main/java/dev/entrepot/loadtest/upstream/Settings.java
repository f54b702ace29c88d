package dev.entrepot.loadtest.upstream;

import java.time.Duration;

/**
 * Bounds of a scripted registry.
 *
 * @param lifetime the longest that one connection lives, whatever a fault holds it for; default 2
 *     minutes, so that no test hangs
 * @param idle the longest wait for a request, or for the rest of one; default 30 seconds
 * @param connections the most open connections of one listener; more are reset; default 4096
 * @param journalEntries how many requests the journal remembers; default 50 000
 * @param heldBytes the most content kept in memory; default 256 MiB; larger blobs can be generated
 * @param tokens how many issued tokens are remembered; default 10 000
 * @param rebind how long coming back on the same port may take; default 5 seconds
 */
public record Settings(
    Duration lifetime,
    Duration idle,
    int connections,
    int journalEntries,
    long heldBytes,
    int tokens,
    Duration rebind) {

  /** The documented defaults. */
  public static Settings defaults() {
    return new Settings(
        Duration.ofMinutes(2),
        Duration.ofSeconds(30),
        4096,
        50_000,
        256L << 20,
        10_000,
        Duration.ofSeconds(5));
  }

  /** The same with another lifetime of connections. */
  public Settings lifetime(Duration other) {
    return new Settings(other, idle, connections, journalEntries, heldBytes, tokens, rebind);
  }

  /** The same with another wait for requests. */
  public Settings idle(Duration other) {
    return new Settings(lifetime, other, connections, journalEntries, heldBytes, tokens, rebind);
  }

  /** The same with another number of connections. */
  public Settings connections(int other) {
    return new Settings(lifetime, idle, other, journalEntries, heldBytes, tokens, rebind);
  }

  /** The same with another length of the journal. */
  public Settings journalEntries(int other) {
    return new Settings(lifetime, idle, connections, other, heldBytes, tokens, rebind);
  }

  /** The same with another bound on content in memory. */
  public Settings heldBytes(long other) {
    return new Settings(lifetime, idle, connections, journalEntries, other, tokens, rebind);
  }
}
