package dev.entrepot.common.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A password or key. Its text leaves only through {@link #reveal}; it is never printed. */
public final class Secret {
  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /** The text itself, for the one place that must send it. */
  public String reveal() {
    return text;
  }

  /** Compares in a time that does not tell how much of the two agrees. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
  }

  @Override
  public int hashCode() {
    return 0; // a hash would say something about the text; secrets are not map keys
  }

  @Override
  public String toString() {
    return "(hidden)";
  }

  private byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
