package dev.entrepot.common.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, or a share of something whose size is known only on the machine. */
public sealed interface SizeOrShare {
  Pattern SHARE = Pattern.compile("(\\d{1,3})\\s?%");

  /** So many bytes, whatever the whole is. */
  record Bytes(long bytes) implements SizeOrShare {
    @Override
    public long of(long whole) {
      return bytes;
    }

    @Override
    public String toString() {
      return Sizes.print(bytes);
    }
  }

  /** So many hundredths of the whole, 0 to 100. */
  record Share(int percent) implements SizeOrShare {
    public Share {
      if (percent < 0 || percent > 100) {
        throw new IllegalArgumentException("not a share");
      }
    }

    @Override
    public long of(long whole) {
      return whole / 100 * percent + whole % 100 * percent / 100;
    }

    @Override
    public String toString() {
      return percent + "%";
    }
  }

  /** Whichever of the two is less. Only a default says this; it cannot be written. */
  record Smaller(SizeOrShare one, SizeOrShare other) implements SizeOrShare {
    @Override
    public long of(long whole) {
      return Math.min(one.of(whole), other.of(whole));
    }

    @Override
    public String toString() {
      return "the smaller of " + one + " and " + other;
    }
  }

  /** The number of bytes, given the whole that a share is of. */
  long of(long whole);

  /** Reads {@code 50GiB} or {@code 80%}; {@link IllegalArgumentException} if it is neither. */
  static SizeOrShare parse(String text) {
    Matcher share = SHARE.matcher(text);
    return share.matches()
        ? new Share(Integer.parseInt(share.group(1)))
        : new Bytes(Sizes.parse(text));
  }
}
