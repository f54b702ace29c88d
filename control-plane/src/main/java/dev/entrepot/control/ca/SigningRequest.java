package dev.entrepot.control.ca;

import dev.entrepot.common.tls.Pem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A PKCS#10 request (RFC 2986) whose sender has shown that it holds the private key.
 *
 * @param node the name asked for, if any
 * @param names DNS names and addresses asked for
 */
record SigningRequest(PublicKey key, Optional<String> node, List<String> names) {
  private static final int LEAST_RSA_BITS = 2_048;
  private static final int MOST_RSA_BITS = 8_192;

  /** Common ones have 17 bits; what a signature costs us grows with them. */
  private static final int MOST_EXPONENT_BITS = 64;

  /** What was signed and sent, without a look into it; {@link Denied} if it is no PEM. */
  static byte[] der(String pem) throws Denied {
    return Pem.decode("CERTIFICATE REQUEST", pem)
        .orElseThrow(() -> malformed("csr is not one PEM block of a certificate request"));
  }

  /** Reads one; {@link Denied} says what is wrong with it. */
  @SuppressWarnings("UnusedException")
  static SigningRequest read(byte[] der) throws Denied {
    try {
      JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
      if (!Arrays.equals(request.getEncoded(), der)) {
        throw malformed("csr has bytes behind its end");
      }
      PublicKey key = request.getPublicKey();
      requireStrong(request, key);
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw malformed("csr is not signed by the key that it names");
      }
      return new SigningRequest(key, commonName(request), names(request));
    } catch (IOException
        | GeneralSecurityException
        | PKCSException
        | OperatorCreationException
        | IllegalArgumentException
        | IllegalStateException
        | ClassCastException e) {
      throw malformed("csr cannot be read");
    }
  }

  private static void requireStrong(JcaPKCS10CertificationRequest request, PublicKey key)
      throws Denied {
    AlgorithmIdentifier algorithm = request.getSubjectPublicKeyInfo().getAlgorithm();
    boolean p256 =
        X9ObjectIdentifiers.id_ecPublicKey.equals(algorithm.getAlgorithm())
            && SECObjectIdentifiers.secp256r1.equals(algorithm.getParameters());
    boolean rsa =
        PKCSObjectIdentifiers.rsaEncryption.equals(algorithm.getAlgorithm())
            && key instanceof RSAPublicKey it
            && it.getModulus().bitLength() >= LEAST_RSA_BITS
            && it.getModulus().bitLength() <= MOST_RSA_BITS;
    if (!p256 && !rsa) {
      throw malformed("csr has a key that is neither EC P-256 nor RSA of 2048 to 8192 bits");
    }
    if (key instanceof RSAPublicKey it && it.getPublicExponent().bitLength() > MOST_EXPONENT_BITS) {
      throw malformed("csr has an RSA key with a public exponent of more than 64 bits");
    }
  }

  private static Optional<String> commonName(JcaPKCS10CertificationRequest request) throws Denied {
    RDN[] all = request.getSubject().getRDNs(BCStyle.CN);
    if (all.length == 0) {
      return Optional.empty();
    }
    String name = IETFUtils.valueToString(all[0].getFirst().getValue()).toLowerCase(Locale.ROOT);
    if (all.length > 1 || !NodeUri.NAME.matcher(name).matches()) {
      throw malformed(
          "csr asks for a node name that is not of up to 63 lower-case letters, digits, dots and"
              + " dashes");
    }
    return Optional.of(name);
  }

  private static List<String> names(JcaPKCS10CertificationRequest request) throws Denied {
    Extensions extensions = request.getRequestedExtensions();
    Extension found =
        extensions == null ? null : extensions.getExtension(Extension.subjectAlternativeName);
    if (found == null) {
      return List.of();
    }
    List<String> names =
        SubjectNames.texts(GeneralNames.getInstance(found.getParsedValue()))
            .orElseThrow(
                () -> malformed("csr asks for a name that is neither a DNS name nor an address"));
    if (names.size() > SubjectNames.MOST) {
      throw malformed("csr asks for more than " + SubjectNames.MOST + " names");
    }
    if (names.stream().anyMatch(name -> name.startsWith("*"))) {
      throw malformed("csr asks for a wildcard, which no node gets");
    }
    return names;
  }

  private static Denied malformed(String what) {
    return new Denied(Denied.MALFORMED, what + ": send one as entrepot join does");
  }
}
