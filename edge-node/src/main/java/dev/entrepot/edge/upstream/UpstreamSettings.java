package dev.entrepot.edge.upstream;

import java.time.Duration;

/**
 * Patience with upstreams, for all of them.
 *
 * @param connect for a connection to be made; default 5 s
 * @param firstByte from a request to its answer's headers; default 30 s
 * @param stall between two pieces of a body; default 30 s
 * @param token for a token; default 10 s
 * @param small for a manifest, a list or a page as a whole; default 60 s
 * @param attempts how often one question is asked at most; default 3
 * @param backoff before the second attempt, doubling, with full jitter; default 100 ms
 * @param backoffMost the longest such wait; default 2 s
 * @param retryShare retries as a share of requests over time; default 0.2
 * @param redirects followed for one request; default 5
 * @param breakAfter failures in a row that open a mirror's breaker; default 5
 * @param probeAfter how long it stays open before one request may try; default 5 s
 * @param quotaWait how long a throttled request waits itself for its turn; default 10 s
 * @param pauseWithoutWord pause after a 429 that names none; default 10 s
 * @param longestPause the longest {@code Retry-After} that is believed; default 10 min
 */
public record UpstreamSettings(
    Duration connect,
    Duration firstByte,
    Duration stall,
    Duration token,
    Duration small,
    int attempts,
    Duration backoff,
    Duration backoffMost,
    double retryShare,
    int redirects,
    int breakAfter,
    Duration probeAfter,
    Duration quotaWait,
    Duration pauseWithoutWord,
    Duration longestPause) {

  public static final UpstreamSettings DEFAULT =
      new UpstreamSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          3,
          Duration.ofMillis(100),
          Duration.ofSeconds(2),
          0.2,
          5,
          5,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMinutes(10));
}
