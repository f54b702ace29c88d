package dev.entrepot.control.fleet;

import dev.entrepot.common.config.ListenAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code /healthz}, {@code /readyz} and {@code /metrics}: read-only, nothing secret. */
public final class ControlObserve {
  private static final int IDLE_SECONDS = 60;

  private final HttpServer server;
  private final Supplier<List<String>> objections;
  private final Supplier<String> metrics;

  /**
   * A door that is still closed.
   *
   * @param objections why clients should not be sent here; none means ready
   * @param metrics in Prometheus' text format
   */
  public ControlObserve(Vertx vertx, Supplier<List<String>> objections, Supplier<String> metrics) {
    this.objections = objections;
    this.metrics = metrics;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS))
            .requestHandler(this::handle);
  }

  /** Listens; gives the port. */
  public Future<Integer> listen(ListenAddress at) {
    return server.listen(at.port(), at.host()).map(HttpServer::actualPort);
  }

  private void handle(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      Answers.wrongMethod(request, "GET, HEAD");
      return;
    }
    switch (String.valueOf(request.path())) {
      case "/healthz" -> Answers.send(request, Answer.of(200, Map.of("status", "up")));
      case "/readyz" -> ready(request);
      case "/metrics" ->
          request
              .response()
              .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
              .end(metrics.get());
      default -> Answers.error(request, 404, "there is nothing at this address");
    }
  }

  private void ready(HttpServerRequest request) {
    List<String> reasons = objections.get();
    String status = reasons.isEmpty() ? "ready" : "not ready";
    Answers.send(
        request,
        Answer.of(reasons.isEmpty() ? 200 : 503, Map.of("status", status, "reasons", reasons)));
  }
}
