package dev.entrepot.edge.upstream;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How long a 429 wants us to wait (RFC 9110 section 10.2.3). */
final class RetryAfter {
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private RetryAfter() {}

  /** From {@code Retry-After}, else {@code RateLimit-Reset}, else the default; bounded. */
  static Duration of(Reply reply, Instant now, UpstreamBounds bounds) {
    Duration asked =
        reply
            .header("Retry-After")
            .flatMap(text -> parse(text, now))
            .or(() -> reply.header("RateLimit-Reset").flatMap(text -> parse(text, now)))
            .orElse(bounds.retryAfter());
    return clamp(asked, bounds.longestRetryAfter());
  }

  /** Seconds, or a date. */
  static Optional<Duration> parse(String text, Instant now) {
    return Numbers.parse(text).stream()
        .mapToObj(Duration::ofSeconds)
        .findFirst()
        .or(() -> date(text).map(then -> Duration.between(now, then)));
  }

  private static Optional<Instant> date(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Duration clamp(Duration asked, Duration longest) {
    if (asked.compareTo(longest) > 0) {
      return longest;
    }
    return asked.compareTo(SHORTEST) < 0 ? SHORTEST : asked;
  }
}
