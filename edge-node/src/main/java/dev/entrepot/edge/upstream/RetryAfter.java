package dev.entrepot.edge.upstream;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** {@code Retry-After} (RFC 9110, section 10.2.3): seconds, or a date. */
final class RetryAfter {
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private RetryAfter() {}

  /** How long to pause; between one second and {@code longestPause}, whatever was said. */
  static Duration of(Optional<String> header, UpstreamSettings settings, Instant now) {
    Duration said =
        header.flatMap(value -> read(value.strip(), now)).orElse(settings.pauseWithoutWord());
    if (said.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return said.compareTo(settings.longestPause()) < 0 ? said : settings.longestPause();
  }

  private static Optional<Duration> read(String value, Instant now) {
    if (value.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(now, at));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
