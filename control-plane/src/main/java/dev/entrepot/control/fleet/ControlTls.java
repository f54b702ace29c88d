package dev.entrepot.control.fleet;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** TLS 1.2 and 1.3 by BoringSSL, by the JDK where there is none; client certificates wanted. */
final class ControlTls {
  private static final int REQUEST_LINE = 8 << 10;
  private static final int HEADERS = 16 << 10;
  private static final int STREAMS = 32;

  private final Duration handshake;

  ControlTls(Duration handshake) {
    this.handshake = handshake;
  }

  HttpServer server(
      Vertx vertx, Gate gate, ServerIdentity identity, List<X509Certificate> authorities) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setMaxInitialLineLength(REQUEST_LINE)
            .setMaxHeaderSize(HEADERS)
            .setHandle100ContinueAutomatically(true)
            .setInitialSettings(
                new Http2Settings().setMaxConcurrentStreams(STREAMS).setMaxHeaderListSize(HEADERS));
    return new GatedVertx((VertxInternal) vertx, gate)
        .server(options, options(identity, authorities), engine());
  }

  ServerSSLOptions options(ServerIdentity identity, List<X509Certificate> authorities) {
    ServerSSLOptions options = new ServerSSLOptions();
    options.setKeyCertOptions(
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(identity.certificates()))
            .addKeyValue(Buffer.buffer(identity.key().reveal())));
    options.setTrustOptions(TrustOptions.wrap(new AnyClient(authorities)));
    options.setClientAuth(ClientAuth.REQUEST);
    options.setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
    options.setUseAlpn(true);
    options.setApplicationLayerProtocols(List.of("h2", "http/1.1"));
    options.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    options.setSslHandshakeTimeout(handshake.toMillis());
    return options;
  }

  private static SSLEngineOptions engine() {
    return OpenSSLEngineOptions.isAvailable()
        ? new OpenSSLEngineOptions()
        : new JdkSSLEngineOptions();
  }
}
