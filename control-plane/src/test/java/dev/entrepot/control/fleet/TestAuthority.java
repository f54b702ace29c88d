package dev.entrepot.control.fleet;

import dev.entrepot.common.config.Secret;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** An authority that signs whatever a test wants. */
final class TestAuthority {
  private final KeyPair keys = pair();
  private final X509Certificate certificate = sign("CN=authority", keys, 1, true, NOW, LATER);
  private static final Instant NOW = Instant.now();
  private static final Instant LATER = NOW.plus(Duration.ofDays(1));

  /** A certificate with its key. */
  record Identity(X509Certificate certificate, KeyPair keys) {}

  X509Certificate certificate() {
    return certificate;
  }

  Identity issue(String name, long serial) {
    KeyPair own = pair();
    return new Identity(sign("CN=" + name, own, serial, false, NOW, LATER), own);
  }

  Identity expired(String name, long serial) {
    KeyPair own = pair();
    Instant then = NOW.minus(Duration.ofDays(3));
    return new Identity(
        sign("CN=" + name, own, serial, false, then, then.plus(Duration.ofDays(1))), own);
  }

  ServerIdentity server() {
    Identity door = issue("door", 2);
    return new ServerIdentity(
        pem(door.certificate()) + pem(certificate), new Secret(pem(door.keys())));
  }

  /** What a client without a certificate uses. */
  SSLContext client() throws GeneralSecurityException, IOException {
    return context(null);
  }

  SSLContext client(Identity identity) throws GeneralSecurityException, IOException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(
        "node",
        identity.keys().getPrivate(),
        new char[0],
        new X509Certificate[] {identity.certificate()});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(own, new char[0]);
    return context(managers);
  }

  private SSLContext context(@Nullable KeyManagerFactory managers)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", certificate);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        managers == null ? null : managers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private X509Certificate sign(
      String name, KeyPair of, long serial, boolean authority, Instant from, Instant until) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=authority"),
              BigInteger.valueOf(serial),
              Date.from(from.minusSeconds(60)),
              Date.from(until),
              new X500Name(name),
              of.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          object instanceof KeyPair pair ? new JcaPKCS8Generator(pair.getPrivate(), null) : object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
