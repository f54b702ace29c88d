package dev.entrepot.control.fleet;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.ListenAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code /healthz}, {@code /readyz} and {@code /metrics}: read-only, nothing secret. Behind a gate
 * of its own, so that whoever fills this door takes nothing from the others.
 */
public final class ControlObserve {
  private static final int IDLE_SECONDS = 60;

  private static final int MOST_CONNECTIONS = 256;
  private static final int MOST_PER_ADDRESS = 32;
  private static final int NO_BODY = 0;
  private static final Duration REQUEST = Duration.ofSeconds(10);

  private final HttpServer server;
  private final Connections connections;
  private final Deadlines deadlines;
  private final Supplier<List<String>> objections;
  private final Supplier<String> metrics;

  /**
   * A door that is still closed.
   *
   * @param objections why clients should not be sent here; none means ready
   * @param metrics in Prometheus' text format
   */
  public ControlObserve(Vertx vertx, Supplier<List<String>> objections, Supplier<String> metrics) {
    this(
        vertx,
        new ControlSettings.Limits(MOST_CONNECTIONS, MOST_PER_ADDRESS, NO_BODY, REQUEST),
        objections,
        metrics);
  }

  ControlObserve(
      Vertx vertx,
      ControlSettings.Limits limits,
      Supplier<List<String>> objections,
      Supplier<String> metrics) {
    this.objections = objections;
    this.metrics = metrics;
    this.connections = new Connections(vertx, limits);
    this.deadlines = new Deadlines(vertx, limits.requestTimeout());
    HttpServerOptions options = new HttpServerOptions().setIdleTimeout(IDLE_SECONDS);
    this.server =
        new GatedVertx((VertxInternal) vertx, new Gate(limits)).server(options, null, null);
    server.connectionHandler(connections::opened).requestHandler(this::handle);
  }

  /** Listens; gives the port. */
  public Future<Integer> listen(ListenAddress at) {
    return server.listen(at.port(), at.host()).map(HttpServer::actualPort);
  }

  private void handle(HttpServerRequest request) {
    connections.asked(request.connection());
    deadlines.begin(request);
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
