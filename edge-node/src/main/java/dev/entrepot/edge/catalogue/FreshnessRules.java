package dev.entrepot.edge.catalogue;

import java.time.Duration;

/**
 * How long answers about tags, tag lists and referrers hold (RFC 5861 words).
 *
 * @param tag how long an answer is served without asking; default 5 min
 * @param staleWhileRevalidate how long after that it is served while the upstream is asked behind
 *     the client's back; default 0
 * @param staleIfError how long after {@code tag} it is served while the upstream is slow,
 *     throttling, failing or away; default {@link #UNLIMITED}
 * @param askBudget how long a client waits for the upstream while there is a stale answer to give;
 *     default 1 s
 * @param negative how long "there is no such thing" holds; default 30 s
 * @param offline whether the upstream is never asked; default no
 * @param keepOn404 whether what is kept outlives the upstream's "there is no such thing"; default
 *     no
 */
public record FreshnessRules(
    Duration tag,
    Duration staleWhileRevalidate,
    Duration staleIfError,
    Duration askBudget,
    Duration negative,
    boolean offline,
    boolean keepOn404) {

  /** Longer than anything. */
  public static final Duration UNLIMITED = Duration.ofDays(365_000);

  public static final FreshnessRules DEFAULT =
      new FreshnessRules(
          Duration.ofMinutes(5),
          Duration.ZERO,
          UNLIMITED,
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          false,
          false);

  /** The same, with {@code staleIfError} no longer than {@code most}. */
  FreshnessRules staleAtMost(Duration most) {
    return new FreshnessRules(
        tag,
        staleWhileRevalidate,
        staleIfError.compareTo(most) < 0 ? staleIfError : most,
        askBudget,
        negative,
        offline,
        keepOn404);
  }

  /** The same, with {@code negative} no longer than {@code most}. */
  FreshnessRules negativeAtMost(Duration most) {
    return new FreshnessRules(
        tag,
        staleWhileRevalidate,
        staleIfError,
        askBudget,
        negative.compareTo(most) < 0 ? negative : most,
        offline,
        keepOn404);
  }
}
