package dev.entrepot.control.keys;

import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.RsaKeys;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;

/** An RSA key with both halves; kept as PKCS#8. Its text form shows the name alone. */
final class RsaPair {
  private final PrivateKey secret;
  private final RSAPublicKey shown;
  private final String id;

  private RsaPair(PrivateKey secret, RSAPublicKey shown) {
    this.secret = secret;
    this.shown = shown;
    this.id = RsaKeys.thumbprint(shown);
  }

  /** Takes some hundred milliseconds. */
  static RsaPair generate(int bits, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits, random);
      return of((RSAPrivateCrtKey) generator.generateKeyPair().getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot make RSA keys", e);
    }
  }

  static RsaPair decode(byte[] pkcs8) {
    try {
      KeyFactory keys = KeyFactory.getInstance("RSA");
      return of((RSAPrivateCrtKey) keys.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
    } catch (GeneralSecurityException | ClassCastException e) {
      throw new IllegalStateException("a kept key cannot be read: restore a backup", e);
    }
  }

  private static RsaPair of(RSAPrivateCrtKey secret) throws GeneralSecurityException {
    return new RsaPair(
        secret,
        (RSAPublicKey)
            KeyFactory.getInstance("RSA")
                .generatePublic(
                    new RSAPublicKeySpec(secret.getModulus(), secret.getPublicExponent())));
  }

  byte[] encode() {
    return secret.getEncoded();
  }

  /** The JWK thumbprint. */
  String id() {
    return id;
  }

  RSAPublicKey shown() {
    return shown;
  }

  String sign(String type, byte[] payload) {
    return CompactJws.sign(type, id, secret, payload);
  }

  PrivateKey secret() {
    return secret;
  }

  @Override
  public String toString() {
    return id;
  }
}
