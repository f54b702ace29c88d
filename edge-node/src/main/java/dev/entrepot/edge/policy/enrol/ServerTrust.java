package dev.entrepot.edge.policy.enrol;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes a server whose chain leads to one of given authorities, or to one whose key has a given
 * pin; never those of the operating system. Path, purpose, and host name are checked by the JDK. A
 * certificate of an edge is no control plane's, whatever names it has.
 */
final class ServerTrust extends X509ExtendedTrustManager {
  private final List<X509Certificate> authorities;
  private final Optional<String> pin;
  private final InstantSource clock;

  /**
   * @param pin if present, the authority must have it; it may then be any of the server's chain
   */
  ServerTrust(List<X509Certificate> authorities, Optional<String> pin, InstantSource clock) {
    this.authorities = List.copyOf(authorities);
    this.pin = pin;
    this.clock = clock;
  }

  /** The server is not who it should be; the message is one sentence that says what to do. */
  static final class Distrust extends CertificateException {
    private static final long serialVersionUID = 1L;

    Distrust(String sentence) {
      super(sentence);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    judge(chain).checkServerTrusted(chain, authType, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    judge(chain).checkServerTrusted(chain, authType, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("nobody says which host this is");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw noClient();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw noClient();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw noClient();
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  /** The JDK's check under the authorities that count for this chain. */
  private X509ExtendedTrustManager judge(X509Certificate[] chain) throws CertificateException {
    Set<TrustAnchor> anchors =
        Stream.concat(authorities.stream(), pin.isPresent() ? Stream.of(chain) : Stream.empty())
            .filter(it -> pin.isEmpty() || pin.get().equals(Pins.of(it)))
            .map(it -> new TrustAnchor(it, null))
            .collect(Collectors.toSet());
    if (anchors.isEmpty()) {
      throw new Distrust(
          "its certificate leads to an authority with the pin "
              + Pins.of(chain[chain.length - 1])
              + " and not to "
              + pin.orElse("one that is known")
              + ": compare the pin with what the control plane prints, and go on only if you know"
              + " why they differ");
    }
    for (X509Certificate it : chain) {
      requireNow(it);
    }
    if (NodeNames.uris(chain[0]).stream().anyMatch(NodeNames::isEdge)) {
      throw new Distrust("it is an edge and no control plane: correct the URL");
    }
    return jdk(anchors);
  }

  private void requireNow(X509Certificate certificate) throws Distrust {
    Instant now = clock.instant();
    if (now.isBefore(certificate.getNotBefore().toInstant())
        || now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new Distrust(
          "this machine's clock says "
              + now
              + " but the certificate of "
              + certificate.getSubjectX500Principal()
              + " is good from "
              + certificate.getNotBefore().toInstant()
              + " to "
              + certificate.getNotAfter().toInstant()
              + ": set the clock right, or renew that certificate");
    }
  }

  private X509ExtendedTrustManager jdk(Set<TrustAnchor> anchors) {
    try {
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(clock.instant()));
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(new CertPathTrustManagerParameters(parameters));
      for (TrustManager it : factory.getTrustManagers()) {
        if (it instanceof X509ExtendedTrustManager trust) {
          return trust;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("no trust manager of X.509");
  }

  private static CertificateException noClient() {
    return new CertificateException("this side is the client");
  }
}
