package dev.entrepot.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/**
 * Connections to one upstream: one pool for blobs, one for everything small. HTTP/1.1, since a blob
 * then has a connection, and its back-pressure, to itself.
 */
record Clients(HttpClientAgent bulk, HttpClientAgent small) {
  /** Largest piece of a body that is handed over at once. */
  private static final int PIECE = 64 << 10;

  /** Idle connections are closed before most servers would do it under our feet. */
  private static final int KEEP_ALIVE_SECONDS = 30;

  private static final int DEFAULT_PROXY_PORT = 3128;

  static Clients open(Vertx vertx, UpstreamConfig config, UpstreamSettings settings) {
    return new Clients(client(vertx, config, settings), client(vertx, config, settings));
  }

  HttpClientAgent of(Ask ask) {
    return ask.bulk() ? bulk : small;
  }

  Future<Void> close() {
    return bulk.close().eventually(small::close);
  }

  private static HttpClientAgent client(
      Vertx vertx, UpstreamConfig config, UpstreamSettings settings) {
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(config.limits().connections())
            .setMaxWaitQueueSize(settings.bounds().waiting());
    return vertx.httpClientBuilder().with(options(config, settings)).with(pool).build();
  }

  private static HttpClientOptions options(UpstreamConfig config, UpstreamSettings settings) {
    int connect = (int) settings.timeouts().connect().toMillis();
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout(connect)
            .setSslHandshakeTimeout(connect)
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxHeaderSize(settings.bounds().headers())
            .setMaxChunkSize(PIECE)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setTcpKeepAlive(true)
            .setVerifyHost(true)
            .setDecompressionSupported(false);
    config.tlsCa().ifPresent(file -> options.setTrustOptions(Trust.systemAnd(file)));
    config.proxy().ifPresent(url -> options.setProxyOptions(proxy(url)));
    return options;
  }

  private static ProxyOptions proxy(URI url) {
    boolean socks = "socks5".equalsIgnoreCase(url.getScheme());
    return new ProxyOptions()
        .setType(socks ? ProxyType.SOCKS5 : ProxyType.HTTP)
        .setHost(url.getHost())
        .setPort(url.getPort() < 0 ? DEFAULT_PROXY_PORT : url.getPort());
  }
}
