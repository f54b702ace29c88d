package dev.entrepot.edge.upstream;

import java.util.OptionalLong;

/** Reads the numbers of HTTP: decimal digits only. */
final class Numbers {
  private static final int LONGEST = 18;

  private Numbers() {}

  /** A number of at most 18 digits; empty for anything else. */
  static OptionalLong parse(String text) {
    String digits = text.strip();
    boolean plain =
        !digits.isEmpty()
            && digits.length() <= LONGEST
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return plain ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
  }
}
