package dev.entrepot.edge.http;

import dev.entrepot.common.oci.AskedRange;
import dev.entrepot.common.oci.ByteRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which bytes a {@code Range} header asks for (RFC 9110, section 14). */
final class RangeHeader {
  private static final Pattern ONE = Pattern.compile("(\\d{0,18})-(\\d{0,18})");

  private RangeHeader() {}

  /** What to send. */
  sealed interface Selection {
    /** No part was asked for, or in a way that is to be ignored. */
    record Whole() implements Selection {}

    /** These parts, in this order; at least one. */
    record Parts(List<ByteRange> ranges) implements Selection {}

    /** None of the parts lies in the blob. */
    record Unsatisfiable() implements Selection {}

    /** More parts than are answered at once. */
    record TooMany() implements Selection {}
  }

  static Selection select(Optional<String> header, long size, int most) {
    if (header.isEmpty() || !header.get().regionMatches(true, 0, "bytes=", 0, 6)) {
      return new Selection.Whole();
    }
    String[] specs = header.get().substring(6).split(",", most + 1);
    if (specs.length > most) {
      return new Selection.TooMany();
    }
    List<ByteRange> ranges = new ArrayList<>(specs.length);
    for (String spec : specs) {
      Optional<AskedRange> asked = parse(spec.strip());
      if (asked.isEmpty()) {
        return new Selection.Whole();
      }
      asked.get().within(size).ifPresent(ranges::add);
    }
    return ranges.isEmpty() ? new Selection.Unsatisfiable() : new Selection.Parts(ranges);
  }

  private static Optional<AskedRange> parse(String spec) {
    Matcher one = ONE.matcher(spec);
    if (!one.matches() || spec.equals("-")) {
      return Optional.empty();
    }
    if (one.group(1).isEmpty()) {
      return Optional.of(new AskedRange.Last(Long.parseLong(one.group(2))));
    }
    long first = Long.parseLong(one.group(1));
    if (one.group(2).isEmpty()) {
      return Optional.of(new AskedRange.From(first));
    }
    long last = Long.parseLong(one.group(2));
    return last < first ? Optional.empty() : Optional.of(new AskedRange.Between(first, last));
  }
}
