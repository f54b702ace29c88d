package dev.entrepot.common.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as settings write them: {@code 250ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 3d}.
 */
public final class Durations {
  /**
   * Longer than any program runs. Small enough to be added to a time or turned into nanoseconds
   * without overflow; longer durations are not accepted.
   */
  public static final Duration UNLIMITED = Duration.ofDays(36_500);

  private static final String UNLIMITED_WORD = "unlimited";
  private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

  private record Unit(String name, Duration length) {}

  private static final List<Unit> LONGEST_FIRST =
      List.of(
          new Unit("d", Duration.ofDays(1)),
          new Unit("h", Duration.ofHours(1)),
          new Unit("m", Duration.ofMinutes(1)),
          new Unit("s", Duration.ofSeconds(1)),
          new Unit("ms", Duration.ofMillis(1)));

  private Durations() {}

  /** Reads one; {@link IllegalArgumentException} if it is not one. */
  public static Duration parse(String text) {
    if (text.equals(UNLIMITED_WORD)) {
      return UNLIMITED;
    }
    Matcher matcher = GRAMMAR.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a duration");
    }
    return bounded(unit(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1))));
  }

  /** Writes one in the largest unit that divides it. */
  public static String print(Duration duration) {
    if (duration.equals(UNLIMITED)) {
      return UNLIMITED_WORD;
    }
    if (duration.isZero()) {
      return "0s";
    }
    return LONGEST_FIRST.stream()
        .filter(unit -> duration.toMillis() % unit.length.toMillis() == 0)
        .findFirst()
        .map(unit -> duration.toMillis() / unit.length.toMillis() + unit.name)
        .orElseThrow();
  }

  private static Duration unit(String name) {
    return LONGEST_FIRST.stream()
        .filter(unit -> unit.name.equals(name))
        .findFirst()
        .orElseThrow()
        .length;
  }

  private static Duration bounded(Duration duration) {
    if (duration.compareTo(UNLIMITED) >= 0) {
      throw new IllegalArgumentException("too long");
    }
    return duration;
  }
}
