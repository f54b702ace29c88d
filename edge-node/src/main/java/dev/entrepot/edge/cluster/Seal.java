package dev.entrepot.edge.cluster;

import dev.entrepot.common.config.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves that something was said by who knows the cluster's secret: Hazelcast itself lets in
 * whoever reaches its port.
 *
 * <pre>
 *   1 byte version | 8 bytes end, milliseconds since the epoch | 32 bytes HMAC-SHA256 | value
 * </pre>
 *
 * The HMAC is over version, label, key, end and value, so that nothing said of one key or kind, or
 * for a shorter time, can be passed off as something else.
 */
final class Seal {
  private static final byte VERSION = 1;
  private static final int MAC_BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  /** By how much a sealed value is longer than the value. */
  static final int HEAD_BYTES = 1 + Long.BYTES + MAC_BYTES;

  private final SecretKeySpec key;
  private final String clusterName;

  Seal(String name, Secret secret) {
    byte[] bytes = secret.reveal().getBytes(StandardCharsets.UTF_8);
    SecretKeySpec root = new SecretKeySpec(bytes, ALGORITHM);
    this.key = new SecretKeySpec(mac(root, "entrepot hints 1", name), ALGORITHM);
    byte[] print = mac(root, "entrepot cluster 1", name);
    this.clusterName = name + "-" + HexFormat.of().formatHex(print, 0, 8);
  }

  /** The cluster's name with a print of the secret: who has another one does not even join. */
  String clusterName() {
    return clusterName;
  }

  /** The value, sealed for a key under a label until that instant. */
  byte[] seal(String label, String about, Instant end, byte[] value) {
    ByteBuffer sealed = ByteBuffer.allocate(HEAD_BYTES + value.length);
    long until = end.toEpochMilli();
    sealed.put(VERSION).putLong(until).put(mac(label, about, until, value)).put(value);
    return sealed.array();
  }

  /** What a seal turned out to be. */
  sealed interface Opened {
    /** An edge has said so, and it holds until that instant. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Said(byte[] value, Instant end) implements Opened {}

    /** An edge has said so, but its end has come. */
    record Over(Instant end) implements Opened {}

    /** Nobody who knows the secret has said so. */
    record Forged() implements Opened {}
  }

  /** Looks whether it was sealed for that, and still holds. */
  Opened open(String label, String about, byte[] sealed, Instant now) {
    if (sealed.length < HEAD_BYTES || sealed[0] != VERSION) {
      return new Opened.Forged();
    }
    long until = ByteBuffer.wrap(sealed).getLong(1);
    byte[] mac = Arrays.copyOfRange(sealed, 1 + Long.BYTES, HEAD_BYTES);
    byte[] value = Arrays.copyOfRange(sealed, HEAD_BYTES, sealed.length);
    if (!MessageDigest.isEqual(mac, mac(label, about, until, value))) {
      return new Opened.Forged();
    }
    Instant end = Instant.ofEpochMilli(until);
    return now.isBefore(end) ? new Opened.Said(value, end) : new Opened.Over(end);
  }

  private byte[] mac(String label, String about, long until, byte[] value) {
    byte[] name = about.getBytes(StandardCharsets.UTF_8);
    byte[] kind = label.getBytes(StandardCharsets.UTF_8);
    Mac mac = begin(key);
    mac.update(VERSION);
    mac.update(ByteBuffer.allocate(8).putInt(kind.length).putInt(name.length).array());
    mac.update(kind);
    mac.update(name);
    mac.update(ByteBuffer.allocate(Long.BYTES).putLong(until).array());
    return mac.doFinal(value);
  }

  private static byte[] mac(SecretKeySpec key, String label, String text) {
    Mac mac = begin(key);
    mac.update(label.getBytes(StandardCharsets.UTF_8));
    mac.update((byte) 0);
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Mac begin(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has HMAC with SHA-256
    }
  }
}
