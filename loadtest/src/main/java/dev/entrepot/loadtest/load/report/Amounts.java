package dev.entrepot.loadtest.load.report;

import java.util.Locale;

/** Numbers as people read them: decimal units, three or four digits. */
final class Amounts {
  private static final double KILO = 1000;

  private Amounts() {}

  /** Bytes, such as {@code 12.3 MB}. */
  static String bytes(double bytes) {
    return scaled(bytes, "B", "kB", "MB", "GB", "TB");
  }

  /** A time, such as {@code 1.23 ms}. */
  static String time(double nanos) {
    return scaled(nanos, "ns", "µs", "ms", "s");
  }

  /** A whole number of bytes. */
  static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  /** A whole number of nanoseconds. */
  static String time(long nanos) {
    return time((double) nanos);
  }

  /** A plain number with as many digits as say something. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 || size == 0 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, size > 0 && size < 0.1 ? "%.4f" : format, value);
  }

  private static String scaled(double value, String... units) {
    double rest = value;
    int unit = 0;
    while (rest >= KILO && unit < units.length - 1) {
      rest /= KILO;
      unit++;
    }
    return number(rest) + " " + units[unit];
  }
}
