package dev.entrepot.control.ca;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.config.Secret;
import dev.entrepot.common.tls.Pem;
import dev.entrepot.common.tls.PemPair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * The installation's own certificate authority: one P-256 key in a directory that only its user can
 * read, whose word counts within the installation and nowhere else.
 *
 * <pre>
 *   ca.crt   self-signed, ten years, signs no other authority
 *   ca.key   PKCS#8 PEM, 0600
 * </pre>
 *
 * Immutable; callable from any thread.
 */
public final class Authority {
  private final CertificateMaker maker;
  private final X509Certificate certificate;
  private final String pem;
  private final InstantSource clock;

  Authority(CertificateMaker maker, PemPair own, InstantSource clock) {
    this.maker = maker;
    this.certificate = own.certificate();
    this.pem = new String(own.chain(), StandardCharsets.US_ASCII);
    this.clock = clock;
  }

  /**
   * Opens the authority of a directory; makes one if there is none.
   *
   * @param installation goes into its name, for people who look at it
   * @throws Refusal when the directory cannot be used or holds half an authority
   */
  public static Authority openOrCreate(
      Path directory, String installation, InstantSource clock, SecureRandom random) {
    AuthorityFiles files = new AuthorityFiles(directory);
    if (!files.present()) {
      files.create(installation, clock.instant(), random);
    }
    return files.open(clock, random);
  }

  /**
   * Opens the authority of a directory.
   *
   * @throws Refusal when there is none
   */
  public static Authority open(Path directory, InstantSource clock, SecureRandom random) {
    AuthorityFiles files = new AuthorityFiles(directory);
    if (!files.present()) {
      throw new Refusal(
          "there is no authority in "
              + directory
              + ": make one with entrepot ca init --directory "
              + directory);
    }
    return files.open(clock, random);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public String certificatePem() {
    return pem;
  }

  /** {@code sha256:} and the hexadecimal SHA-256 of its SubjectPublicKeyInfo. */
  public String pin() {
    return "sha256:" + sha256(certificate.getPublicKey().getEncoded());
  }

  /**
   * A new pair for a server of these names.
   *
   * @param names DNS names and addresses, at least one
   * @throws Refusal when one of them is none
   */
  public IssuedPair issueServer(List<String> names, Duration life) {
    return issuePair(names, life, List.of(KeyPurposeId.id_kp_serverAuth));
  }

  /** The same for an edge that also calls others, where no control plane gives it a certificate. */
  public IssuedPair issuePeer(List<String> names, Duration life) {
    return issuePair(
        names, life, List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth));
  }

  /**
   * A certificate for a node's own key, for its calls and for its peer door. Its common name is no
   * host's: some clients take that for one where there is no other.
   *
   * @param names DNS names and addresses of the peer door; may be empty
   * @throws Refusal when one of the names is none
   */
  public X509Certificate issueNode(
      PublicKey key, String installation, String name, List<String> names, Duration life) {
    List<GeneralName> subject = new ArrayList<>();
    subject.add(
        new GeneralName(
            GeneralName.uniformResourceIdentifier, NodeUri.of(installation, name).toString()));
    subject.addAll(subjectNames(names));
    return maker.sign(
        new CertificateMaker.Order(
            "node " + name,
            key,
            subject,
            List.of(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth),
            life),
        clock.instant());
  }

  /** A certificate with the authority's own behind it, PEM. */
  public String chain(X509Certificate leaf) {
    try {
      return Pem.encode("CERTIFICATE", leaf.getEncoded()) + pem;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether this authority signed it, whatever it says. */
  public boolean issued(X509Certificate other) {
    if (!other.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
      return false;
    }
    try {
      other.verify(certificate.getPublicKey());
      return true;
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private IssuedPair issuePair(List<String> names, Duration life, List<KeyPurposeId> purposes) {
    if (names.isEmpty()) {
      throw new Refusal("a server's certificate needs a name: give a DNS name or an address");
    }
    KeyPair pair = maker.newKey();
    X509Certificate leaf =
        maker.sign(
            new CertificateMaker.Order(
                names.getFirst(), pair.getPublic(), subjectNames(names), purposes, life),
            clock.instant());
    return new IssuedPair(
        chain(leaf), new Secret(Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded())));
  }

  private static List<GeneralName> subjectNames(List<String> names) {
    return names.stream()
        .map(name ->
            SubjectNames.parse(name)
                .orElseThrow(() ->
                    new Refusal(
                        "\"" + name + "\" is neither a DNS name nor an address: correct it")))
        .toList();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
