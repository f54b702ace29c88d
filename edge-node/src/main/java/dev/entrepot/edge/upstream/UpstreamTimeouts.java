package dev.entrepot.edge.upstream;

import java.time.Duration;

/**
 * How long we wait for an upstream.
 *
 * @param connect for a name, for a TCP connection, and for a TLS handshake, each; default 5 s
 * @param poolWait for one of our own connections to become free; default 60 s
 * @param firstByte from the request sent to the answer's headers; default 30 s
 * @param stall between two pieces of a body that somebody waits for; default 30 s
 * @param token for one answer of a token service; default 10 s
 * @param answer for a whole manifest or list, or a blob's headers, over all mirrors and retries;
 *     default 60 s
 */
public record UpstreamTimeouts(
    Duration connect,
    Duration poolWait,
    Duration firstByte,
    Duration stall,
    Duration token,
    Duration answer) {
  /** The documented defaults. */
  public static final UpstreamTimeouts DEFAULTS =
      new UpstreamTimeouts(
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60));
}
