package dev.entrepot.edge.upstream;

import java.time.Duration;

/**
 * How often a GET or HEAD is tried again at one url, after a failed connection, a 5xx or a timeout.
 *
 * @param attempts tries in all; default 3
 * @param backoffBase ceiling of the first pause, doubled each time; the pause is a random part of
 *     it (full jitter); default 100 ms
 * @param backoffCap ceiling of every pause; default 2 s
 * @param budgetRatio retries allowed per request, over time; default 0.2
 * @param budgetMax retries that may be saved up, and are there at the start; default 10
 */
public record UpstreamRetries(
    int attempts, Duration backoffBase, Duration backoffCap, double budgetRatio, int budgetMax) {
  /** The documented defaults. */
  public static final UpstreamRetries DEFAULTS =
      new UpstreamRetries(3, Duration.ofMillis(100), Duration.ofSeconds(2), 0.2, 10);
}
