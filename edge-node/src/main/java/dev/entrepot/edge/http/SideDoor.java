package dev.entrepot.edge.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.tcp.TcpHttpServer;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A plain door beside the registry's, for small questions. It has few connections of its own, and
 * each is held to its deadlines as at the registry's door: whoever fills it takes nothing from
 * pulls.
 */
public final class SideDoor {
  private static final int CONNECTIONS = 256;
  private static final int CONNECTIONS_PER_ADDRESS = 32;

  private SideDoor() {}

  /** A server that does not listen yet. */
  public static HttpServer open(
      Vertx vertx, DoorTimeouts timeouts, Handler<HttpServerRequest> handler) {
    DoorLimits few = DoorLimits.DEFAULT.connections(CONNECTIONS, CONNECTIONS_PER_ADDRESS);
    return open(vertx, few, timeouts, handler);
  }

  static HttpServer open(
      Vertx vertx, DoorLimits limits, DoorTimeouts timeouts, Handler<HttpServerRequest> handler) {
    Listener plain = Listener.plain("", 0); // where it listens is said later
    Doorkeeper doorkeeper = new Doorkeeper(limits, timeouts, plain, _ -> false);
    return new TcpHttpServer(
            new KeptVertx((VertxInternal) vertx, doorkeeper),
            new HttpServerConfig(new HttpServerOptions()),
            null,
            null,
            null,
            false)
        .requestHandler(request -> {
          ConnectionGuard.of(request).ifPresent(guard -> watch(request, guard));
          handler.handle(request);
        });
  }

  private static void watch(HttpServerRequest request, ConnectionGuard guard) {
    AtomicBoolean over = new AtomicBoolean();
    Handler<Void> end =
        _ -> {
          if (over.compareAndSet(false, true)) {
            guard.requestOver();
          }
        };
    guard.requestBegan(request);
    request.response().endHandler(end).closeHandler(end);
  }
}
