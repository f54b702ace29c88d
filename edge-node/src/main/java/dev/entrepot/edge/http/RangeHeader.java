package dev.entrepot.edge.http;

import dev.entrepot.common.oci.AskedRange;
import dev.entrepot.common.oci.ByteRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code Range} (RFC 9110 section 14). What cannot be read, or asks too much, is ignored. */
final class RangeHeader {
  private static final int MAX_DIGITS = 18;

  /** What to send. */
  sealed interface Selection {
    record Whole() implements Selection {}

    record Single(ByteRange range) implements Selection {}

    record Several(List<ByteRange> ranges) implements Selection {}

    record Unsatisfiable() implements Selection {}
  }

  private RangeHeader() {}

  /**
   * What a header selects of a blob of that size. The order is kept and nothing is merged: lazy
   * snapshotters count the parts. Overlapping ranges select the whole (section 14.2).
   */
  static Selection select(String header, long size, int most) {
    Optional<List<AskedRange>> asked = parse(header, most);
    if (asked.isEmpty()) {
      return new Selection.Whole();
    }
    List<ByteRange> ranges =
        asked.get().stream().flatMap(range -> range.within(size).stream()).toList();
    if (ranges.isEmpty()) {
      return new Selection.Unsatisfiable();
    }
    if (asked.get().size() == 1) {
      return new Selection.Single(ranges.getFirst());
    }
    return overlap(ranges) ? new Selection.Whole() : new Selection.Several(ranges);
  }

  private static Optional<List<AskedRange>> parse(String header, int most) {
    String text = header.strip();
    if (!text.toLowerCase(Locale.ROOT).startsWith("bytes=")) {
      return Optional.empty();
    }
    List<AskedRange> ranges = new ArrayList<>();
    for (String part : text.substring("bytes=".length()).split(",", most + 1)) {
      Optional<AskedRange> range = one(part.strip());
      if (range.isEmpty()) {
        return Optional.empty();
      }
      ranges.add(range.get());
    }
    return ranges.size() > most ? Optional.empty() : Optional.of(ranges);
  }

  private static Optional<AskedRange> one(String text) {
    int dash = text.indexOf('-');
    if (dash < 0) {
      return Optional.empty();
    }
    String first = text.substring(0, dash).strip();
    String last = text.substring(dash + 1).strip();
    if (!digits(first) || !digits(last) || (first.isEmpty() && last.isEmpty())) {
      return Optional.empty();
    }
    if (first.isEmpty()) {
      return Optional.of(new AskedRange.Last(number(last)));
    }
    return Optional.of(
        last.isEmpty()
            ? new AskedRange.From(number(first))
            : new AskedRange.Between(number(first), number(last)));
  }

  private static boolean digits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Beyond any blob when there are too many digits. */
  private static long number(String text) {
    return text.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(text);
  }

  private static boolean overlap(List<ByteRange> ranges) {
    List<ByteRange> sorted =
        ranges.stream().sorted(Comparator.comparingLong(ByteRange::first)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).overlaps(sorted.get(i - 1))) {
        return true;
      }
    }
    return false;
  }
}
