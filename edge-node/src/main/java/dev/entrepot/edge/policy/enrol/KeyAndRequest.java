package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.net.IpAddresses;
import dev.entrepot.common.tls.Pem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A new P-256 key, and the PKCS#10 request (RFC 2986) for a certificate of it.
 *
 * @param request DER
 */
record KeyAndRequest(KeyPair pair, byte[] request) {

  /**
   * Makes both.
   *
   * @param node the name to ask for
   * @param names DNS names and addresses that the certificate shall be good for
   */
  static KeyAndRequest make(String node, List<String> names, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      X500Name subject = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, node).build();
      PKCS10CertificationRequestBuilder builder =
          new JcaPKCS10CertificationRequestBuilder(subject, pair.getPublic());
      if (!names.isEmpty()) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                names.stream().map(KeyAndRequest::general).toArray(GeneralName[]::new)));
        builder.addAttribute(
            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
      }
      return new KeyAndRequest(
          pair,
          builder
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
              .getEncoded());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("a certificate request could not be made", e);
    }
  }

  String requestPem() {
    return Pem.encode("CERTIFICATE REQUEST", request);
  }

  String keyPem() {
    return Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded());
  }

  @Override
  public String toString() {
    return "KeyAndRequest(hidden)";
  }

  private static GeneralName general(String name) {
    return IpAddresses.parse(name)
        .map(it -> new GeneralName(GeneralName.iPAddress, new DEROctetString(it.getAddress())))
        .orElseGet(() -> new GeneralName(GeneralName.dNSName, name));
  }
}
