package dev.entrepot.control.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Writes certificates (RFC 5280) in the name of one key. */
final class CertificateMaker {
  /** How far in the past a certificate begins, for machines whose clocks are behind. */
  static final Duration BACKDATED = Duration.ofMinutes(5);

  private static final int SERIAL_BITS = 128;
  private static final int LONGEST_COMMON_NAME = 64; // ub-common-name, RFC 5280 appendix A.1
  private static final String SIGNATURE = "SHA256withECDSA";

  private final PrivateKey key;
  private final Optional<X509Certificate> issuer;
  private final SecureRandom random;

  /**
   * What a certificate is to say.
   *
   * @param commonName for people; nothing is decided by it
   */
  record Order(
      String commonName,
      PublicKey key,
      List<GeneralName> names,
      List<KeyPurposeId> purposes,
      Duration life) {}

  /** Signs with an authority's key; before there is an authority's certificate, only that. */
  CertificateMaker(PrivateKey key, Optional<X509Certificate> issuer, SecureRandom random) {
    this.key = key;
    this.issuer = issuer;
    this.random = random;
  }

  /** When a certificate was made here, to the second. */
  static Instant issued(X509Certificate certificate) {
    return certificate.getNotBefore().toInstant().plus(BACKDATED);
  }

  static KeyPair newKey(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  KeyPair newKey() {
    return newKey(random);
  }

  /** The authority's own certificate. */
  X509Certificate selfSigned(String commonName, PublicKey own, Instant now, Duration life) {
    X500Name name = name(commonName);
    X509v3CertificateBuilder builder = builder(name, name, own, now, now.plus(life));
    try {
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              new JcaX509ExtensionUtils().createSubjectKeyIdentifier(own));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return build(builder);
  }

  /** A certificate that ends with its life, or with the authority's if that comes first. */
  X509Certificate sign(Order order, Instant now) {
    X509Certificate above = issuer.orElseThrow();
    Instant end = now.plus(order.life);
    Instant last = above.getNotAfter().toInstant();
    X509v3CertificateBuilder builder =
        builder(
            X500Name.getInstance(above.getSubjectX500Principal().getEncoded()),
            name(order.commonName),
            order.key,
            now,
            end.isBefore(last) ? end : last);
    try {
      JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(order.purposes.toArray(KeyPurposeId[]::new)))
          .addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(order.names.toArray(GeneralName[]::new)))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              utils.createAuthorityKeyIdentifier(above.getPublicKey()))
          .addExtension(
              Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(order.key));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return build(builder);
  }

  private X509v3CertificateBuilder builder(
      X500Name from, X500Name subject, PublicKey of, Instant now, Instant end) {
    return new JcaX509v3CertificateBuilder(
        from,
        new BigInteger(SERIAL_BITS, random).max(BigInteger.ONE),
        Date.from(now.minus(BACKDATED)),
        Date.from(end),
        subject,
        of);
  }

  private X509Certificate build(X509v3CertificateBuilder builder) {
    try {
      byte[] der =
          builder
              .build(new JcaContentSignerBuilder(SIGNATURE).setSecureRandom(random).build(key))
              .getEncoded();
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("a certificate could not be signed", e);
    }
  }

  private static X500Name name(String commonName) {
    String text =
        commonName.length() > LONGEST_COMMON_NAME
            ? commonName.substring(0, LONGEST_COMMON_NAME)
            : commonName;
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, text).build();
  }
}
