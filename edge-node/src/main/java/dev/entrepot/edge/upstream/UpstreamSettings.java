package dev.entrepot.edge.upstream;

/**
 * What holds for all upstreams.
 *
 * @param userAgent how we introduce ourselves; some registries refuse those who do not; default
 *     {@code entrepot}
 */
public record UpstreamSettings(
    String userAgent,
    UpstreamTimeouts timeouts,
    UpstreamRetries retries,
    UpstreamBreaker breaker,
    UpstreamBounds bounds) {
  /** The documented defaults. */
  public static final UpstreamSettings DEFAULTS =
      new UpstreamSettings(
          "entrepot",
          UpstreamTimeouts.DEFAULTS,
          UpstreamRetries.DEFAULTS,
          UpstreamBreaker.DEFAULTS,
          UpstreamBounds.DEFAULTS);

  /** The same with other timeouts. */
  public UpstreamSettings with(UpstreamTimeouts others) {
    return new UpstreamSettings(userAgent, others, retries, breaker, bounds);
  }

  /** The same with other retries. */
  public UpstreamSettings with(UpstreamRetries others) {
    return new UpstreamSettings(userAgent, timeouts, others, breaker, bounds);
  }

  /** The same with another breaker. */
  public UpstreamSettings with(UpstreamBreaker other) {
    return new UpstreamSettings(userAgent, timeouts, retries, other, bounds);
  }

  /** The same with other bounds. */
  public UpstreamSettings with(UpstreamBounds others) {
    return new UpstreamSettings(userAgent, timeouts, retries, breaker, others);
  }
}
