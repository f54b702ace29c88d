package dev.entrepot.edge.ops;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetSocketAddress;
import java.util.List;

/** {@code /healthz}, {@code /readyz} and {@code /metrics}: read-only, nothing secret. */
public final class ObserveServer {
  private static final int IDLE_SECONDS = 60;

  private final Vertx vertx;
  private final Readiness readiness;
  private final Meters meters;

  public ObserveServer(Vertx vertx, Readiness readiness, Meters meters) {
    this.vertx = vertx;
    this.readiness = readiness;
    this.meters = meters;
  }

  /** Listens; the port it listens on. */
  public Future<Integer> listen(InetSocketAddress address) {
    Router router = Router.router(vertx);
    router.get("/healthz").handler(ObserveServer::health);
    router.get("/readyz").handler(this::ready);
    router.get("/metrics").handler(this::metrics);
    return vertx
        .createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS))
        .requestHandler(router)
        .listen(address.getPort(), address.getAddress().getHostAddress())
        .map(HttpServer::actualPort);
  }

  private static void health(RoutingContext request) {
    request.json(new JsonObject().put("status", "alive"));
  }

  private void ready(RoutingContext request) {
    List<String> reasons = readiness.reasons();
    request.response().setStatusCode(reasons.isEmpty() ? 200 : 503);
    request.json(
        new JsonObject()
            .put("status", reasons.isEmpty() ? "ready" : "not ready")
            .put("reasons", new JsonArray(reasons)));
  }

  private void metrics(RoutingContext request) {
    request
        .response()
        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        .end(meters.scrape())
        .onFailure(request::fail);
  }
}
