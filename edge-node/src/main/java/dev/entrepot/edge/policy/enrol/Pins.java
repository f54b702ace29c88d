package dev.entrepot.edge.policy.enrol;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** Pins of keys ({@link dev.entrepot.common.wire.Enrolment}). */
final class Pins {
  private Pins() {}

  static String of(X509Certificate certificate) {
    return "sha256:" + HexFormat.of().formatHex(sha256(certificate.getPublicKey().getEncoded()));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
