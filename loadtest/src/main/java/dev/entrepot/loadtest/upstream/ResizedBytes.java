package dev.entrepot.loadtest.upstream;

import java.util.Arrays;

/** The beginning of some content, or all of it and zeros behind. */
record ResizedBytes(Bytes right, long size) implements Bytes {
  ResizedBytes {
    if (size < 0) {
      throw new IllegalArgumentException("negative size: " + size);
    }
  }

  @Override
  public void read(long position, byte[] into, int length) {
    int known = Math.clamp(right.size() - position, 0, length);
    if (known > 0) {
      right.read(position, into, known);
    }
    Arrays.fill(into, known, length, (byte) 0);
  }
}
