package dev.entrepot.common.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of bytes as settings write them: {@code 50GiB}, {@code 200MiB}, {@code 1GB}, {@code
 * 512B}.
 */
public final class Sizes {
  private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,15})(B|[KMGT]iB|[kKMGT]B)");
  private static final Map<String, Long> BINARY = binary();
  private static final Map<String, Long> DECIMAL =
      Map.of(
          "kB", 1_000L,
          "KB", 1_000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "TB", 1_000_000_000_000L);

  private Sizes() {}

  /** Reads a number of bytes; {@link IllegalArgumentException} if it is not one. */
  public static long parse(String text) {
    Matcher matcher = GRAMMAR.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a size");
    }
    String unit = matcher.group(2);
    long factor = BINARY.getOrDefault(unit, DECIMAL.getOrDefault(unit, 1L));
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("too large", e);
    }
  }

  /** Writes a number of bytes in the largest binary unit that divides it. */
  public static String print(long bytes) {
    if (bytes == 0) {
      return "0B";
    }
    return BINARY.entrySet().stream()
        .filter(unit -> bytes % unit.getValue() == 0)
        .findFirst()
        .map(unit -> bytes / unit.getValue() + unit.getKey())
        .orElseThrow();
  }

  private static Map<String, Long> binary() {
    Map<String, Long> largestFirst = new LinkedHashMap<>();
    largestFirst.put("TiB", 1L << 40);
    largestFirst.put("GiB", 1L << 30);
    largestFirst.put("MiB", 1L << 20);
    largestFirst.put("KiB", 1L << 10);
    largestFirst.put("B", 1L);
    return largestFirst;
  }
}
