package dev.entrepot.edge.ops;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code /healthz}, {@code /readyz} and {@code /metrics}: read-only, nothing secret. */
public final class ObserveServer {
  private final HttpServer server;
  private final Supplier<Readiness> readiness;
  private final Meters meters;

  /**
   * A server that does not listen yet.
   *
   * @param door makes one that hands its requests to a handler, and keeps off who asks nothing
   */
  public ObserveServer(
      Vertx vertx,
      Function<Handler<HttpServerRequest>, HttpServer> door,
      Supplier<Readiness> readiness,
      Meters meters) {
    this.readiness = readiness;
    this.meters = meters;
    this.server = door.apply(router(vertx));
  }

  /** Listens; gives the port. */
  public Future<Integer> listen(String host, int port) {
    return server.listen(port, host).map(HttpServer::actualPort);
  }

  /** Stops listening. */
  public Future<Void> close() {
    return server.close();
  }

  private Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    router.route().handler(ObserveServer::readOnly);
    router
        .route("/healthz")
        .handler(it -> Json.send(it, 200, new JsonObject().put("status", "up")));
    router.route("/readyz").handler(this::ready);
    router.route("/metrics").handler(this::metrics);
    return router;
  }

  private static void readOnly(RoutingContext context) {
    HttpMethod method = context.request().method();
    if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      context.next();
    } else {
      context.response().setStatusCode(405).putHeader(HttpHeaders.ALLOW, "GET, HEAD").end();
    }
  }

  private void ready(RoutingContext context) {
    Readiness now = readiness.get();
    JsonObject body =
        new JsonObject()
            .put("status", now.isReady() ? "ready" : "not ready")
            .put("reasons", new JsonArray(now.reasons()));
    Json.send(context, now.isReady() ? 200 : 503, body);
  }

  private void metrics(RoutingContext context) {
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
        .end(meters.scrape());
  }
}
