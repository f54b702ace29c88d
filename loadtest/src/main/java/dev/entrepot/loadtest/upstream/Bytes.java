package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.Digest;
import java.security.MessageDigest;

/** Content that can be read at any position; immutable, so that every reader sees the same. */
public interface Bytes {

  /** How many bytes there are. */
  long size();

  /** Copies {@code length} bytes from {@code position} on to the start of {@code into}. */
  void read(long position, byte[] into, int length);

  /** Content that is kept in memory. The array must not be changed afterwards. */
  static Bytes held(byte[] content) {
    return new HeldBytes(content);
  }

  /** Pseudo-random content that is computed when read and so takes no memory. */
  static Bytes generated(long size, long seed) {
    return new GeneratedBytes(size, seed);
  }

  /** The same content with every bit of the byte at {@code position} turned over. */
  default Bytes flipped(long position) {
    return new FlippedBytes(this, position);
  }

  /** The same content cut to {@code size}, or lengthened to it with zeros. */
  default Bytes resized(long size) {
    return new ResizedBytes(this, size);
  }

  /** The digest, computed by reading everything once. */
  default Digest digest(Digest.Algorithm algorithm) {
    MessageDigest hasher = algorithm.hasher();
    byte[] buffer = new byte[64 * 1024];
    for (long position = 0; position < size(); position += buffer.length) {
      int length = (int) Math.min(buffer.length, size() - position);
      read(position, buffer, length);
      hasher.update(buffer, 0, length);
    }
    return Digest.of(algorithm, hasher.digest());
  }

  /**
   * Everything in one array.
   *
   * @throws ArithmeticException when it does not fit into one
   */
  default byte[] toArray() {
    byte[] all = new byte[Math.toIntExact(size())];
    read(0, all, all.length);
    return all;
  }
}
