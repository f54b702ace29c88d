package dev.entrepot.edge.upstream;

import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom we trust beside the system's authorities: a private registry may well redirect to a public
 * store.
 */
final class Trust {
  private Trust() {}

  /**
   * The system's authorities and those of a PEM file. Reads the file.
   *
   * @throws UncheckedIOException when the file cannot be read
   * @throws IllegalArgumentException when it holds no certificates
   */
  static TrustOptions systemAnd(Path pem) {
    try {
      List<Certificate> all = new ArrayList<>(system());
      all.addAll(read(pem));
      return TrustOptions.wrap(factory(store(all)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no certificate authorities in " + pem, e);
    }
  }

  private static List<X509Certificate> system() throws GeneralSecurityException {
    List<X509Certificate> issuers = new ArrayList<>();
    for (TrustManager manager : factory(null).getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        issuers.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return issuers;
  }

  private static List<Certificate> read(Path pem) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(pem)) {
      return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
    }
  }

  private static KeyStore store(List<Certificate> all)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < all.size(); i++) {
      store.setCertificateEntry("ca-" + i, all.get(i));
    }
    return store;
  }

  private static TrustManagerFactory factory(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
