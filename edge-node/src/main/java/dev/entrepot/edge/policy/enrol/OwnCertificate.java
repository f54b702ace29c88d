package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.tls.Pem;
import dev.entrepot.common.tls.PemPair;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows one certificate to whoever asks for one, also after its end: the server decides. */
final class OwnCertificate extends X509ExtendedKeyManager {
  private static final String ALIAS = "node";

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  private OwnCertificate(List<X509Certificate> chain, PrivateKey key) {
    this.chain = chain;
    this.key = key;
  }

  static OwnCertificate of(NodeIdentity node) {
    try {
      byte[] der =
          Pem.decode("PRIVATE KEY", Files.readString(node.key(), StandardCharsets.US_ASCII))
              .orElseThrow(() -> new Refusal(node.key() + " holds no PKCS#8 key in PEM"));
      PrivateKey key =
          KeyFactory.getInstance(node.certified().getPublicKey().getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(der));
      return new OwnCertificate(PemPair.certificates(node.certificate()), key);
    } catch (IOException | GeneralSecurityException e) {
      throw new Refusal("cannot read " + node.key() + ": make it readable for this user", e);
    }
  }

  @Override
  public String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return ALIAS;
  }

  @Override
  public String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return ALIAS;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return chain.toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return key;
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
