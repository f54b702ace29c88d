package dev.entrepot.edge.upstream;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code Content-Range} (RFC 9110 section 14.4).
 *
 * @param first position of the first byte; -1 for an unsatisfied range
 * @param end position behind the last byte; -1 for an unsatisfied range
 * @param total size of the whole, unless it was {@code *}
 */
record ContentRange(long first, long end, OptionalLong total) {
  private static final Pattern SHAPE =
      Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18}|\\*)");

  /** Empty when it cannot be, such as {@code bytes 5-3/10} or {@code bytes 0-9/5}. */
  static Optional<ContentRange> parse(String text) {
    Matcher matcher = SHAPE.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    OptionalLong total = Numbers.parse(matcher.group(3));
    if (matcher.group(1) == null) {
      return Optional.of(new ContentRange(-1, -1, total));
    }
    long first = Long.parseLong(matcher.group(1));
    long end = Long.parseLong(matcher.group(2)) + 1;
    return first < end && end <= total.orElse(Long.MAX_VALUE)
        ? Optional.of(new ContentRange(first, end, total))
        : Optional.empty();
  }

  long length() {
    return end - first;
  }

  /** Whether this is exactly what was asked: to the end wanted, or to the end of the whole. */
  boolean answers(long wantedFirst, OptionalLong wantedEnd) {
    if (first != wantedFirst) {
      return false;
    }
    long last = Math.min(wantedEnd.orElse(Long.MAX_VALUE), total.orElse(Long.MAX_VALUE));
    return last == Long.MAX_VALUE || end == last;
  }
}
