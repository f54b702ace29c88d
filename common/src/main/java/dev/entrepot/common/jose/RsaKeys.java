package dev.entrepot.common.jose;

import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** RSA public keys as JWK (RFC 7517, RFC 7518 section 6.3). */
public final class RsaKeys {
  private static final int LEAST_BITS = 2_048;
  private static final int MOST_BITS = 8_192;

  private RsaKeys() {}

  /** The members {@code kty}, {@code n} and {@code e}, in that order. */
  public static Map<String, Object> toJwk(RSAPublicKey key) {
    Map<String, Object> jwk = new LinkedHashMap<>();
    jwk.put("kty", "RSA");
    jwk.put("n", CompactJws.encode(unsigned(key.getModulus())));
    jwk.put("e", CompactJws.encode(unsigned(key.getPublicExponent())));
    return jwk;
  }

  /** The key of a JWK; refuses one that is too small or has a curious exponent. */
  public static RSAPublicKey fromJwk(JsonFields jwk) throws UnreadableJsonException {
    try {
      if (!jwk.text("kty").equals("RSA")) {
        throw new UnreadableJsonException("not an RSA key");
      }
      BigInteger modulus = new BigInteger(1, CompactJws.decode(jwk.text("n")));
      BigInteger exponent = new BigInteger(1, CompactJws.decode(jwk.text("e")));
      if (modulus.bitLength() < LEAST_BITS || modulus.bitLength() > MOST_BITS) {
        throw new UnreadableJsonException("a key of " + modulus.bitLength() + " bits");
      }
      if (exponent.bitLength() < 2 || exponent.bitLength() > 32 || !exponent.testBit(0)) {
        throw new UnreadableJsonException("an exponent that no key of ours has");
      }
      return (RSAPublicKey)
          KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    } catch (UnreadableJwsException | GeneralSecurityException e) {
      throw new UnreadableJsonException("not a key: " + e.getMessage());
    }
  }

  /** The JWK thumbprint (RFC 7638): SHA-256, base64url. Serves as {@code kid}. */
  public static String thumbprint(RSAPublicKey key) {
    String canonical =
        "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}"
            .formatted(
                CompactJws.encode(unsigned(key.getPublicExponent())),
                CompactJws.encode(unsigned(key.getModulus())));
    try {
      return CompactJws.encode(
          MessageDigest.getInstance("SHA-256")
              .digest(canonical.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 && bytes.length > 1
        ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length)
        : bytes;
  }
}
