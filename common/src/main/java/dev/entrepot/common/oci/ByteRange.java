package dev.entrepot.common.oci;

/**
 * Bytes of a blob, now that its size is known.
 *
 * @param first position of the first byte
 * @param end position behind the last byte; {@code end == first} is an empty range
 */
public record ByteRange(long first, long end) {
  public ByteRange {
    if (first < 0 || end < first) {
      throw new IllegalArgumentException("not a range: " + first + " to " + end);
    }
  }

  /** How many bytes. */
  public long length() {
    return end - first;
  }

  /** Whether there is nothing in it. */
  public boolean isEmpty() {
    return end == first;
  }

  /** Whether the two share a byte. */
  public boolean overlaps(ByteRange other) {
    return first < other.end && other.first < end;
  }
}
