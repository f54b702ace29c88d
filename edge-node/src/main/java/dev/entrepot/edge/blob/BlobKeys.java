package dev.entrepot.edge.blob;

import dev.entrepot.common.oci.Digest;
import java.util.Arrays;

/** The key of a blob in every table that has one: a byte for the algorithm, then the hash. */
final class BlobKeys {
  private BlobKeys() {}

  static byte[] of(Digest digest) {
    byte[] hash = digest.hash();
    byte[] key = new byte[1 + hash.length];
    key[0] = (byte) digest.algorithm().ordinal();
    System.arraycopy(hash, 0, key, 1, hash.length);
    return key;
  }

  static Digest parse(byte[] key) {
    return Digest.of(Digest.Algorithm.values()[key[0]], Arrays.copyOfRange(key, 1, key.length));
  }
}
