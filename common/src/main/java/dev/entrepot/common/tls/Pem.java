package dev.entrepot.common.tls;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Binary documents as text (RFC 7468). */
public final class Pem {
  private static final int LINE = 64;
  private static final Pattern BLOCK =
      Pattern.compile(
          "\\s*-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]{1,65536})-----END \\1-----\\s*");

  private Pem() {}

  /** One block with its line break at the end. */
  public static String encode(String label, byte[] der) {
    String body =
        Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /** The bytes of text that is exactly one block of that label; otherwise empty. */
  public static Optional<byte[]> decode(String label, String text) {
    Matcher block = BLOCK.matcher(text);
    if (!block.matches() || !block.group(1).equals(label)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(block.group(2).replaceAll("\\s", "")));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
