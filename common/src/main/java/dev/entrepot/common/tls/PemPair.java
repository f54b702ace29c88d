package dev.entrepot.common.tls;

import dev.entrepot.common.config.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate with its chain and its private key, as PEM, proved to belong together. Equal when
 * the bytes are.
 *
 * @param chain the certificate first
 */
public record PemPair(byte[] chain, byte[] key, X509Certificate certificate) {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /**
   * Reads two files.
   *
   * @throws Refusal with one sentence that says what to do: a file that cannot be read, a key of
   *     another certificate, a certificate that is not valid now
   */
  public static PemPair read(Path certificate, Path key, InstantSource clock) {
    PemPair pair = readOfAnyDate(certificate, key);
    Optional<String> wrong = wrongDates(certificate, pair.certificate(), clock.instant());
    if (wrong.isPresent()) {
      throw new Refusal(wrong.get());
    }
    return pair;
  }

  /**
   * Reads two files whether or not the certificate is valid now: for one that is renewed by showing
   * it, and for a door that is better opened than not.
   *
   * @throws Refusal as {@link #read}, but for the dates
   */
  public static PemPair readOfAnyDate(Path certificate, Path key) {
    byte[] chain = bytes(certificate);
    byte[] secret = bytes(key);
    X509Certificate leaf = certificates(certificate, chain).getFirst();
    checkFit(certificate, leaf, key, privateKey(key, secret, leaf));
    return new PemPair(chain, secret, leaf);
  }

  /** The certificates of a PEM file, at least one. */
  public static List<X509Certificate> certificates(Path file) {
    return certificates(file, bytes(file));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PemPair pair
        && Arrays.equals(chain, pair.chain)
        && Arrays.equals(key, pair.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(chain);
  }

  @Override
  public String toString() {
    return "PemPair(" + certificate.getSubjectX500Principal() + ")";
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Refusal("cannot read " + file + ": make it readable for this user", e);
    }
  }

  private static List<X509Certificate> certificates(Path file, byte[] pem) {
    try {
      List<X509Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!all.isEmpty()) {
        return all;
      }
    } catch (CertificateException e) {
      throw new Refusal(noCertificate(file), e);
    }
    throw new Refusal(noCertificate(file));
  }

  private static String noCertificate(Path file) {
    return file + " holds no certificate; give a PEM file that begins with the server's own";
  }

  /** Why a certificate is not valid now, and what to do; empty when it is. */
  public static Optional<String> wrongDates(Path file, X509Certificate leaf, Instant now) {
    Instant begin = leaf.getNotBefore().toInstant();
    Instant end = leaf.getNotAfter().toInstant();
    if (now.isAfter(end)) {
      return Optional.of("the certificate in " + file + " ended at " + end + ": renew it");
    }
    return now.isBefore(begin)
        ? Optional.of(
            "the certificate in "
                + file
                + " begins at "
                + begin
                + ": wait, or set this machine's clock right")
        : Optional.empty();
  }

  private static PrivateKey privateKey(Path file, byte[] pem, X509Certificate leaf) {
    Matcher matcher = PKCS8.matcher(new String(pem, StandardCharsets.ISO_8859_1));
    String sentence =
        file
            + " holds no PKCS#8 private key for its certificate; convert it:"
            + " openssl pkcs8 -topk8 -nocrypt -in OLD -out "
            + file.getFileName();
    if (!matcher.find()) {
      throw new Refusal(sentence);
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
      return KeyFactory.getInstance(leaf.getPublicKey().getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new Refusal(sentence, e);
    }
  }

  private static void checkFit(Path file, X509Certificate leaf, Path keyFile, PrivateKey key) {
    boolean fits;
    try {
      Signature signature = Signature.getInstance(algorithm(key.getAlgorithm()));
      signature.initSign(key);
      signature.update(leaf.getSignature());
      byte[] signed = signature.sign();
      signature.initVerify(leaf.getPublicKey());
      signature.update(leaf.getSignature());
      fits = signature.verify(signed);
    } catch (GeneralSecurityException _) {
      fits = false;
    }
    if (!fits) {
      throw new Refusal(keyFile + " is not the key of the certificate in " + file);
    }
  }

  private static String algorithm(String key) {
    return switch (key) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key;
    };
  }
}
