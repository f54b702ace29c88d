package dev.entrepot.control.ca;

import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.tls.Pem;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A machine that wants to join: keys, requests and proofs of its own making. */
final class Requester {
  private Requester() {}

  static KeyPair ec(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  static KeyPair rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  static byte[] csr(String subject, GeneralName... names) throws Exception {
    KeyPair pair = ec("secp256r1");
    return csr(subject, pair, pair.getPrivate(), "SHA256withECDSA", names);
  }

  static byte[] csr(
      String subject, KeyPair of, PrivateKey signer, String algorithm, GeneralName... names)
      throws Exception {
    PKCS10CertificationRequestBuilder builder =
        new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), of.getPublic());
    if (names.length > 0) {
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
    }
    return builder.build(new JcaContentSignerBuilder(algorithm).build(signer)).getEncoded();
  }

  static byte[] join(String token, byte[] csr) throws Exception {
    List<String> parts = List.of(token.split("\\."));
    byte[] key =
        MessageDigest.getInstance("SHA-256").digest(parts.get(1).getBytes(StandardCharsets.UTF_8));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return JsonFields.write(
        Map.of(
            "token", parts.get(0),
            "csr", Pem.encode("CERTIFICATE REQUEST", csr),
            "mac", CompactJws.encode(mac.doFinal(csr))));
  }

  static byte[] renew(byte[] csr) {
    return JsonFields.write(Map.of("csr", Pem.encode("CERTIFICATE REQUEST", csr)));
  }

  static GeneralName dns(String name) {
    return new GeneralName(GeneralName.dNSName, name);
  }
}
