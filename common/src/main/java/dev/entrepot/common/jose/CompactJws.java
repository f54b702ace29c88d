package dev.entrepot.common.jose;

import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A JWS in compact serialization (RFC 7515 section 7.1) of our one profile: {@code alg} RS256, a
 * {@code kid}, a {@code typ}, and no other header. Whatever has a second spelling (padding, stray
 * bits, names twice) is refused.
 *
 * @param keyId the header's {@code kid}
 * @param type the header's {@code typ}
 * @param signed the bytes that the signature is over
 */
public record CompactJws(
    String keyId, String type, byte[] payload, byte[] signed, byte[] signature) {
  /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3). */
  public static final String ALGORITHM = "RS256";

  private static final String JCA = "SHA256withRSA";
  private static final int MAX_HEADER = 1_024;
  private static final Set<String> HEADERS = Set.of("alg", "kid", "typ");
  private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** Reads the form; proves nothing yet. */
  public static CompactJws parse(String text, int mostChars) throws UnreadableJwsException {
    require(text.length() <= mostChars, "longer than " + mostChars + " characters");
    String[] segments = text.split("\\.", -1);
    require(segments.length == 3, "not three segments");
    JsonFields header = header(decode(segments[0]));
    try {
      require(header.names().equals(HEADERS), "other headers than alg, kid and typ");
      require(header.text("alg").equals(ALGORITHM), "another algorithm than " + ALGORITHM);
      String keyId = header.text("kid");
      require(KEY_ID.matcher(keyId).matches(), "a kid that is none of ours");
      String signed = segments[0] + "." + segments[1];
      return new CompactJws(
          keyId,
          header.text("typ"),
          decode(segments[1]),
          signed.getBytes(StandardCharsets.US_ASCII),
          decode(segments[2]));
    } catch (UnreadableJsonException e) {
      throw new UnreadableJwsException("a header that cannot be read: " + e.getMessage());
    }
  }

  /** Whether the signature is that key's. */
  public boolean isSignedBy(PublicKey key) {
    try {
      Signature verifier = Signature.getInstance(JCA);
      verifier.initVerify(key);
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  /** Signs a payload. */
  public static String sign(String type, String keyId, PrivateKey key, byte[] payload) {
    Map<String, String> header = new LinkedHashMap<>();
    header.put("alg", ALGORITHM);
    header.put("kid", keyId);
    header.put("typ", type);
    String signed = encode(JsonFields.write(header)) + "." + encode(payload);
    try {
      Signature signer = Signature.getInstance(JCA);
      signer.initSign(key);
      signer.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + encode(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this key cannot sign", e);
    }
  }

  /** Base64url without padding (RFC 7515 section 2). */
  public static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Strictly what {@link #encode} writes. */
  public static byte[] decode(String text) throws UnreadableJwsException {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      require(!text.isEmpty() && encode(bytes).equals(text), "not canonical base64url");
      return bytes;
    } catch (IllegalArgumentException _) {
      throw new UnreadableJwsException("not base64url");
    }
  }

  private static JsonFields header(byte[] bytes) throws UnreadableJwsException {
    try {
      return JsonFields.read(bytes, MAX_HEADER);
    } catch (UnreadableJsonException e) {
      throw new UnreadableJwsException("a header that cannot be read: " + e.getMessage());
    }
  }

  private static void require(boolean condition, String otherwise) throws UnreadableJwsException {
    if (!condition) {
      throw new UnreadableJwsException(otherwise);
    }
  }
}
