package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The parts that the keys of several indexes are made of.
 *
 * <pre>
 *   repository   upstream 00 path 00
 *   digest       algorithm (01 sha256, 02 sha512) then the hash, 32 or 64 bytes
 * </pre>
 *
 * A repository's key is a prefix of every key that belongs to it and of no other repository's.
 */
final class Keys {
  private static final int SHA256 = 1;
  private static final int SHA512 = 2;

  private Keys() {}

  /** The prefix of everything that belongs to a repository. */
  static byte[] repository(Repository repository) {
    if (repository.upstream().indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an upstream's name with NUL");
    }
    return (repository.upstream() + '\0' + repository.path() + '\0')
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Reads the repository at the head of a key and leaves the buffer behind it. */
  static Repository repositoryFrom(ByteBuffer key) {
    return new Repository(untilNul(key), untilNul(key));
  }

  static byte[] digest(Digest digest) {
    byte[] hash = digest.hash();
    return ByteBuffer.allocate(1 + hash.length).put(algorithm(digest)).put(hash).array();
  }

  /** Reads a digest and leaves the buffer behind it. */
  static Digest digestFrom(ByteBuffer key) {
    Digest.Algorithm algorithm =
        switch (key.get()) {
          case SHA256 -> Digest.Algorithm.SHA256;
          case SHA512 -> Digest.Algorithm.SHA512;
          default -> throw new CorruptRecordException("unknown digest algorithm");
        };
    byte[] hash = new byte[algorithm == Digest.Algorithm.SHA256 ? 32 : 64];
    key.get(hash);
    return Digest.of(algorithm, hash);
  }

  static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static byte algorithm(Digest digest) {
    return switch (digest.algorithm()) {
      case SHA256 -> SHA256;
      case SHA512 -> SHA512;
    };
  }

  private static String untilNul(ByteBuffer key) {
    int start = key.position();
    while (key.get() != 0) {
      // on to the end of the text
    }
    byte[] text = new byte[key.position() - start - 1];
    key.get(start, text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
