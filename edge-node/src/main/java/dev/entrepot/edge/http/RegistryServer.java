package dev.entrepot.edge.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.tcp.TcpHttpServer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Listens for clients, on several event loops for each address; HTTP/1.1 and HTTP/2. */
public final class RegistryServer {
  private final VertxInternal vertx;
  private final Door door;
  private final DoorLimits limits;
  private final DoorTimeouts timeouts;
  private final Predicate<InetAddress> trustedProxies;
  private final List<Opened> servers = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();

  /** One event loop's share of a door. */
  private record Opened(int door, HttpServer server) {}

  /**
   * A server that does not listen yet.
   *
   * @param trustedProxies who may speak for other addresses and have any number of connections
   */
  public RegistryServer(
      Vertx vertx,
      Door door,
      DoorLimits limits,
      DoorTimeouts timeouts,
      Predicate<InetAddress> trustedProxies) {
    this.vertx = (VertxInternal) vertx;
    this.door = door;
    this.limits = limits;
    this.timeouts = timeouts;
    this.trustedProxies = trustedProxies;
  }

  /**
   * Opens every address, or none and fails.
   *
   * @param loops event loops for each address
   * @return the ports that are really listened on, in order
   */
  public synchronized Future<List<Integer>> listen(List<Listener> listeners, int loops) {
    Future<Void> all = Future.succeededFuture();
    for (Listener listener : listeners) {
      all = all.compose(_ -> listen(listener, loops));
    }
    return all.map(_ -> ports())
        .recover(why -> drain(Duration.ZERO).transform(_ -> Future.failedFuture(why)));
  }

  /** The ports that are listened on. */
  public synchronized List<Integer> ports() {
    return List.copyOf(ports);
  }

  /** Stops listening, lets the answers under way finish for so long, then hangs up. */
  public synchronized Future<Void> drain(Duration wait) {
    List<Opened> draining = List.copyOf(servers);
    servers.clear();
    return Future.join(
            draining.stream()
                .map(open -> open.server.shutdown(wait.toMillis(), TimeUnit.MILLISECONDS))
                .toList())
        .mapEmpty();
  }

  private Future<Void> listen(Listener listener, int loops) {
    int place = ports().size();
    Doorkeeper doorkeeper = new Doorkeeper(limits, timeouts, listener, trustedProxies);
    KeptVertx kept = new KeptVertx(vertx, doorkeeper);
    SocketAddress address = address(listener);
    Future<HttpServer> bound = open(kept, listener, address, place);
    for (int i = 1; i < loops; i++) {
      bound = bound.compose(_ -> open(kept, listener, address, place));
    }
    return bound.map(server -> {
      remember(server.actualPort());
      return null;
    });
  }

  private synchronized void remember(int port) {
    ports.add(port);
  }

  /** Several servers share a free port only when it has a number, which is ours alone. */
  private static SocketAddress address(Listener listener) {
    return listener.port() == 0
        ? SocketAddress.sharedRandomPort(
            ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE), listener.host())
        : SocketAddress.inetSocketAddress(listener.port(), listener.host());
  }

  private synchronized Future<HttpServer> open(
      KeptVertx kept, Listener listener, SocketAddress address, int place) {
    HttpServerConfig config = new HttpServerConfig(options(listener));
    TcpHttpServer server =
        new TcpHttpServer(
            kept, config, listener.tls().map(this::timed).orElse(null), engine(), null, false);
    server.requestHandler(door.at(listener));
    servers.add(new Opened(place, server));
    return server.listen(vertx.createEventLoopContext(), address);
  }

  /**
   * Gives a TLS door another certificate, for connections to come; those that are open go on.
   *
   * @param door by its place in the order in which the doors were opened
   */
  public synchronized Future<Void> certificate(int door, ServerSSLOptions tls) {
    return Future.join(
            servers.stream()
                .filter(open -> open.door == door)
                .map(open -> open.server.updateSSLOptions(timed(tls), true))
                .toList())
        .mapEmpty();
  }

  private ServerSSLOptions timed(ServerSSLOptions tls) {
    ServerSSLOptions copy = tls.copy();
    copy.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    copy.setSslHandshakeTimeout(timeouts.handshake().toMillis());
    return copy;
  }

  /** BoringSSL where there is one for this machine: it costs a fraction of the JDK's engine. */
  private static SSLEngineOptions engine() {
    return OpenSSLEngineOptions.isAvailable() && OpenSSLEngineOptions.isAlpnAvailable()
        ? new OpenSSLEngineOptions()
        : new JdkSSLEngineOptions();
  }

  private HttpServerOptions options(Listener listener) {
    return new HttpServerOptions()
        .setSsl(listener.tls().isPresent())
        .setUseAlpn(listener.tls().isPresent())
        .setUseProxyProtocol(listener.proxyProtocol())
        .setProxyProtocolTimeoutUnit(TimeUnit.MILLISECONDS)
        .setProxyProtocolTimeout(timeouts.header().toMillis())
        .setMaxInitialLineLength(limits.requestLine())
        .setMaxHeaderSize(limits.header())
        .setHttp2RstFloodMaxRstFramePerWindow(limits.resets())
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(limits.streams())
                .setMaxHeaderListSize(limits.header()));
  }
}
