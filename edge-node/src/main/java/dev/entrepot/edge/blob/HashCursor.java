package dev.entrepot.edge.blob;

import dev.entrepot.common.oci.Digest;
import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;

/**
 * The hash over a blob's contiguous prefix, chunk by chunk. One piece of work at a time; which
 * thread does it does not matter.
 */
final class HashCursor {
  private final Digest expected;
  private final MessageDigest hasher;
  private int next;

  HashCursor(Digest expected) {
    this.expected = expected;
    this.hasher = expected.algorithm().hasher();
  }

  /** The first chunk that is not hashed yet. */
  int next() {
    return next;
  }

  /** Hashes the next chunk. Releases the buffer. */
  void update(ByteBuf chunk) {
    try {
      hasher.update(chunk.nioBuffer());
      next++;
    } finally {
      chunk.release();
    }
  }

  /** Ends the hash: whether the bytes are those that the digest names. */
  boolean proves() {
    return Digest.of(expected.algorithm(), hasher.digest()).equals(expected);
  }
}
