package dev.entrepot.edge.ops;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/** The operator's door. It asks nobody who he is, so it listens on loopback and nowhere else. */
public final class AdminServer {
  private static final int IDLE_SECONDS = 60;

  private final Vertx vertx;
  private final Supplier<JsonObject> status;

  public AdminServer(Vertx vertx, Supplier<JsonObject> status) {
    this.vertx = vertx;
    this.status = status;
  }

  /** Listens; the port it listens on. */
  public Future<Integer> listen(InetSocketAddress address) {
    if (!address.getAddress().isLoopbackAddress()) {
      return Future.failedFuture(
          new IllegalArgumentException("the admin door may only listen on loopback"));
    }
    Router router = Router.router(vertx);
    router.get("/status").handler(request -> request.json(status.get()));
    return vertx
        .createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS))
        .requestHandler(router)
        .listen(address.getPort(), address.getAddress().getHostAddress())
        .map(HttpServer::actualPort);
  }
}
