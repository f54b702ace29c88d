package dev.entrepot.common.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content digest as in the image specification: a registered algorithm and lower-case hex.
 *
 * @param algorithm sha256 or sha512
 * @param hex exactly as many lower-case hex digits as the algorithm gives
 */
public record Digest(Algorithm algorithm, String hex) implements Reference {

  /** The registered algorithms that this product serves. */
  public enum Algorithm {
    SHA256("sha256", 64, "SHA-256"),
    SHA512("sha512", 128, "SHA-512");

    private final String label;
    private final int hexLength;
    private final String jcaName;

    Algorithm(String label, int hexLength, String jcaName) {
      this.label = label;
      this.hexLength = hexLength;
      this.jcaName = jcaName;
    }

    /** The name on the wire, such as {@code sha256}. */
    public String label() {
      return label;
    }

    /** A fresh hash function of this algorithm. */
    public MessageDigest hasher() {
      try {
        return MessageDigest.getInstance(jcaName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this Java has no " + jcaName, e);
      }
    }
  }

  public Digest {
    if (hex.length() != algorithm.hexLength || !isLowerHex(hex)) {
      throw new IllegalArgumentException("not a " + algorithm.label + " digest: " + shorten(hex));
    }
  }

  /**
   * Reads {@code sha256:…} or {@code sha512:…}.
   *
   * @throws IllegalArgumentException for an unknown algorithm, a wrong length or upper-case hex
   */
  public static Digest parse(String text) {
    for (Algorithm algorithm : Algorithm.values()) {
      String prefix = algorithm.label + ":";
      if (text.startsWith(prefix)) {
        return new Digest(algorithm, text.substring(prefix.length()));
      }
    }
    throw new IllegalArgumentException("not a sha256 or sha512 digest: " + shorten(text));
  }

  /** The digest that a finished hash function gives. */
  public static Digest of(Algorithm algorithm, byte[] hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  /** The digest of some bytes. */
  public static Digest of(Algorithm algorithm, byte[] content, int offset, int length) {
    MessageDigest hasher = algorithm.hasher();
    hasher.update(content, offset, length);
    return of(algorithm, hasher.digest());
  }

  /** The sha256 digest of some bytes, the one that everybody means by default. */
  public static Digest sha256(byte[] content) {
    return of(Algorithm.SHA256, content, 0, content.length);
  }

  /** The raw hash: 32 or 64 bytes. */
  public byte[] hash() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return algorithm.label + ":" + hex;
  }

  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static String shorten(String text) {
    return text.length() <= 150 ? text : text.substring(0, 150) + "…";
  }
}
