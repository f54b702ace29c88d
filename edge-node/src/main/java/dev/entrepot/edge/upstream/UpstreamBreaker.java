package dev.entrepot.edge.upstream;

import java.time.Duration;

/**
 * When we stop asking a host that fails.
 *
 * @param failures within the window, and at least half of all answers; default 5
 * @param window default 10 s
 * @param open how long nothing is asked before one probe is let through; default 5 s
 */
public record UpstreamBreaker(int failures, Duration window, Duration open) {
  /** The documented defaults. */
  public static final UpstreamBreaker DEFAULTS =
      new UpstreamBreaker(5, Duration.ofSeconds(10), Duration.ofSeconds(5));
}
