package dev.entrepot.edge.upstream;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Our account at one upstream. Never shows its password, not even by accident in a log line. */
public final class Credentials {
  private final String username;
  private final char[] password;

  /** Keeps a copy of the password. */
  public Credentials(String username, char[] password) {
    this.username = username;
    this.password = password.clone();
  }

  /** The account's name. */
  public String username() {
    return username;
  }

  /** The value of an {@code Authorization} header (RFC 7617, UTF-8). */
  String basic() {
    ByteBuffer secret = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    byte[] name = (username + ":").getBytes(StandardCharsets.UTF_8);
    byte[] both = Arrays.copyOf(name, name.length + secret.remaining());
    secret.get(both, name.length, secret.remaining());
    String header = "Basic " + Base64.getEncoder().encodeToString(both);
    Arrays.fill(both, (byte) 0);
    return header;
  }

  @Override
  public String toString() {
    return "Credentials[" + username + ", redacted]";
  }
}
