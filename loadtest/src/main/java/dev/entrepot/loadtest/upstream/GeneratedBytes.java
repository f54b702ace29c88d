package dev.entrepot.loadtest.upstream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Content whose every 8-byte word depends on the seed and the word's position only (SplitMix64 in
 * counter mode), so that any range costs no more than its length.
 */
record GeneratedBytes(long size, long seed) implements Bytes {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  GeneratedBytes {
    if (size < 0) {
      throw new IllegalArgumentException("negative size: " + size);
    }
  }

  @Override
  public void read(long position, byte[] into, int length) {
    long start = mix(seed);
    ByteBuffer target = ByteBuffer.wrap(into, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    long at = position;
    while (target.hasRemaining()) {
      long word = mix(start + (at >>> 3) * GOLDEN);
      at += (at & 7) == 0 && target.remaining() >= 8 ? whole(target, word) : part(target, word, at);
    }
  }

  private static int whole(ByteBuffer target, long word) {
    target.putLong(word);
    return 8;
  }

  private static int part(ByteBuffer target, long word, long at) {
    target.put((byte) (word >>> ((at & 7) * 8)));
    return 1;
  }

  private static long mix(long value) {
    long z = value + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
