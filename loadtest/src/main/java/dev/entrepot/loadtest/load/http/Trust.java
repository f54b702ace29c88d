package dev.entrepot.loadtest.load.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are believed.
 *
 * @param checksNames whether a certificate must be for the host that was asked
 */
public record Trust(SSLSocketFactory sockets, boolean checksNames) {

  /** What Java trusts. */
  public static Trust system() {
    return new Trust((SSLSocketFactory) SSLSocketFactory.getDefault(), true);
  }

  /** Everybody: bytes are proved by their hashes, but credentials are not safe. */
  public static Trust anybody() {
    return new Trust(context(new TrustManager[] {new Credulous()}).getSocketFactory(), false);
  }

  /**
   * Certificates that lead to one in a PEM file.
   *
   * @throws IOException when the file cannot be read or holds no certificate
   */
  public static Trust of(Path pem) throws IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      int count = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        anchors.setCertificateEntry("ca-" + count++, one);
      }
      if (count == 0) {
        throw new IOException("it holds no certificate");
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(anchors);
      return new Trust(context(trust.getTrustManagers()).getSocketFactory(), true);
    } catch (GeneralSecurityException e) {
      throw new IOException("it is no PEM file of certificates", e);
    }
  }

  private static SSLContext context(TrustManager[] managers) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /** Believes everybody; extended, so that Java adds no checks of its own. */
  private static final class Credulous extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket on) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket on) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine on) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine on) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
