package dev.entrepot.common.oci;

import java.util.Optional;

/** One part of a blob that a client asks for, before anyone knows how long the blob is. */
public sealed interface AskedRange {

  /** {@code bytes=first-}. */
  record From(long first) implements AskedRange {}

  /** {@code bytes=first-last}, both inclusive as on the wire; {@code last} may lie before. */
  record Between(long first, long last) implements AskedRange {}

  /** {@code bytes=-count}: the last bytes. */
  record Last(long count) implements AskedRange {}

  /**
   * The bytes to send, now that the size is known; clipped to the blob (RFC 9110 section 14.1.2).
   * Empty when the range cannot be satisfied.
   */
  default Optional<ByteRange> within(long size) {
    return switch (this) {
      case From(long first) -> clip(first, size, size);
      case Between(long first, long last) -> clip(first, last >= size - 1 ? size : last + 1, size);
      case Last(long count) -> clip(Math.max(0, size - count), size, size);
    };
  }

  private static Optional<ByteRange> clip(long first, long end, long size) {
    return first < end && first < size ? Optional.of(new ByteRange(first, end)) : Optional.empty();
  }
}
