package dev.entrepot.system;

import dev.entrepot.common.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;

/** Reads answers to their end and says what they hash to, without keeping them. */
final class Hashes {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private Hashes() {}

  /** An answer's status, and the digest of a body that came whole. */
  record Read(int status, Digest digest, long bytes, String challenge, String text) {}

  /** Reads what is at a URL, with a token if that is not empty. */
  static Read read(String url, String token) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setReadTimeout((int) LONGEST.toMillis());
    connection.setConnectTimeout((int) LONGEST.toMillis());
    if (!token.isEmpty()) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    int status = connection.getResponseCode();
    String challenge = String.valueOf(connection.getHeaderField("WWW-Authenticate"));
    MessageDigest hash = Digest.Algorithm.SHA256.hasher();
    StringBuilder text = new StringBuilder();
    long bytes = 0;
    InputStream stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
    try (InputStream body = stream == null ? InputStream.nullInputStream() : stream) {
      byte[] buffer = new byte[64 << 10];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        hash.update(buffer, 0, count);
        bytes += count;
        if (text.length() < 4_096) {
          text.append(
              new String(
                  buffer, 0, Math.min(count, 4_096), java.nio.charset.StandardCharsets.UTF_8));
        }
      }
    }
    long said = connection.getContentLengthLong();
    if (said >= 0 && said != bytes) {
      throw new IOException("the body ended after " + bytes + " of " + said + " bytes");
    }
    return new Read(
        status,
        Digest.of(Digest.Algorithm.SHA256, hash.digest()),
        bytes,
        challenge,
        text.toString());
  }
}
