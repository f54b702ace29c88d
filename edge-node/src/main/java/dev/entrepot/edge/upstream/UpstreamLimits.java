package dev.entrepot.edge.upstream;

import java.time.Duration;

/**
 * How much of one upstream we use.
 *
 * @param connections most connections to one address of it that carry blobs; as many again carry
 *     everything that is small, so that a manifest never waits behind layers; default 16
 * @param quotaWait longest that a cold manifest or blob waits for a throttling upstream before it
 *     is told so; default 10 s
 */
public record UpstreamLimits(int connections, Duration quotaWait) {
  /** The documented defaults. */
  public static final UpstreamLimits DEFAULTS = new UpstreamLimits(16, Duration.ofSeconds(10));

  public UpstreamLimits {
    if (connections < 1 || quotaWait.isNegative()) {
      throw new IllegalArgumentException("connections at least 1, quota-wait at least 0");
    }
  }
}
