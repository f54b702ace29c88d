package dev.entrepot.control.ca;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.tls.Pem;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.common.tls.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Where an authority is kept. The certificate gets its name last: until then there is none. */
final class AuthorityFiles {
  private static final Duration LIFE = Duration.ofDays(3_652); // ten years
  private static final int PREFIX = 8;

  private final Path directory;

  AuthorityFiles(Path directory) {
    this.directory = directory;
  }

  /** Whether there is an authority; finishes what a crash cut off. */
  boolean present() {
    if (Files.exists(certificate())) {
      return true;
    }
    if (!Files.exists(key())) {
      return false;
    }
    if (!Files.exists(unnamed())) {
      throw new Refusal(
          key()
              + " is there without "
              + certificate().getFileName()
              + ": put that file back from a backup, or remove the key to begin anew");
    }
    try {
      PrivateFiles.move(unnamed(), certificate());
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    return true;
  }

  void create(String installation, Instant now, SecureRandom random) {
    PrivateFiles.directory(directory);
    KeyPair pair = CertificateMaker.newKey(random);
    String prefix = installation.substring(0, Math.min(PREFIX, installation.length()));
    X509Certificate own =
        new CertificateMaker(pair.getPrivate(), Optional.empty(), random)
            .selfSigned("Entrepot authority " + prefix, pair.getPublic(), now, LIFE);
    try {
      Path unnamedKey = directory.resolve("ca.key.new");
      Files.deleteIfExists(unnamed()); // of a start that ended before there was a key
      Files.deleteIfExists(unnamedKey);
      PrivateFiles.write(unnamed(), ascii(Pem.encode("CERTIFICATE", own.getEncoded())));
      PrivateFiles.write(
          unnamedKey, ascii(Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded())));
      PrivateFiles.move(unnamedKey, key());
      PrivateFiles.move(unnamed(), certificate());
    } catch (IOException e) {
      throw cannotWrite(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  Authority open(InstantSource clock, SecureRandom random) {
    PemPair own = PemPair.read(certificate(), key(), clock);
    if (own.certificate().getBasicConstraints() < 0) {
      throw new Refusal(certificate() + " is no authority's certificate: put the right one there");
    }
    CertificateMaker maker =
        new CertificateMaker(privateKey(own), Optional.of(own.certificate()), random);
    return new Authority(maker, own, clock);
  }

  private PrivateKey privateKey(PemPair own) {
    try {
      byte[] der =
          Pem.decode("PRIVATE KEY", new String(own.key(), StandardCharsets.US_ASCII))
              .orElseThrow(() -> new Refusal(key() + " holds more than one PEM block"));
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new Refusal(key() + " is no EC key: put the authority's own key there", e);
    }
  }

  private Refusal cannotWrite(IOException e) {
    return new Refusal(
        "the authority cannot be written to "
            + directory
            + " ("
            + e.getMessage()
            + "): make room there and give the directory to this user",
        e);
  }

  private Path certificate() {
    return directory.resolve("ca.crt");
  }

  private Path unnamed() {
    return directory.resolve("ca.crt.new");
  }

  private Path key() {
    return directory.resolve("ca.key");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
