package dev.entrepot.edge.upstream;

import java.time.Duration;

/**
 * How much an upstream may send us, apart from blobs.
 *
 * @param redirects most hops; default 5
 * @param manifest most bytes of a manifest, a list of tags, or all referrers; default 4 MiB
 * @param token most bytes of a token service's answer; default 1 MiB
 * @param error most bytes of an error that are looked at; default 64 KiB
 * @param pages most pages of referrers that are joined; default 20
 * @param headers most bytes of an answer's headers; default 64 KiB
 * @param waiting most requests that wait for one of our connections; default 1000
 * @param remembered most tokens, challenges and hosts that are remembered, each; default 10 000
 * @param retryAfter pause after a 429 that names none; default 10 s
 * @param longestRetryAfter longest pause that a 429 may ask for; default 1 h
 */
public record UpstreamBounds(
    int redirects,
    int manifest,
    int token,
    int error,
    int pages,
    int headers,
    int waiting,
    int remembered,
    Duration retryAfter,
    Duration longestRetryAfter) {
  /** The documented defaults. */
  public static final UpstreamBounds DEFAULTS =
      new UpstreamBounds(
          5,
          4 << 20,
          1 << 20,
          64 << 10,
          20,
          64 << 10,
          1000,
          10_000,
          Duration.ofSeconds(10),
          Duration.ofHours(1));
}
