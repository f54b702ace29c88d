package dev.entrepot.edge.store;

import dev.entrepot.common.oci.Digest;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The keys of chunks: one byte for the algorithm, the hash, the chunk's number in the blob (four
 * bytes, big endian). So the chunks of a blob lie together and in order, and so do its cells.
 */
final class CellKeys {
  private static final int NUMBER_BYTES = Integer.BYTES;

  private CellKeys() {}

  static byte[] chunk(Digest digest, int chunk) {
    byte[] prefix = blob(digest);
    return ByteBuffer.allocate(prefix.length + NUMBER_BYTES).put(prefix).putInt(chunk).array();
  }

  /** The first chunk of a cell. */
  static byte[] first(CellId id) {
    return chunk(id.digest(), id.number() * CellStore.CELL_CHUNKS);
  }

  /** What all keys of a blob begin with. */
  static byte[] blob(Digest digest) {
    byte[] hash = digest.hash();
    byte[] key = new byte[1 + hash.length];
    key[0] = (byte) digest.algorithm().ordinal();
    System.arraycopy(hash, 0, key, 1, hash.length);
    return key;
  }

  /** A key behind all keys of a blob. */
  static byte[] behind(Digest digest) {
    return chunk(digest, -1); // 0xffffffff, behind every chunk number that exists
  }

  /** The cell that a chunk's key belongs to. */
  static CellId parse(byte[] key) {
    Digest.Algorithm algorithm = Digest.Algorithm.values()[key[0]];
    byte[] hash = Arrays.copyOfRange(key, 1, key.length - NUMBER_BYTES);
    int chunk = ByteBuffer.wrap(key).getInt(key.length - NUMBER_BYTES);
    return new CellId(Digest.of(algorithm, hash), chunk / CellStore.CELL_CHUNKS);
  }
}
