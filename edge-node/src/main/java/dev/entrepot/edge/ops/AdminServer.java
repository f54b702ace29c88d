package dev.entrepot.edge.ops;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Supplier;

/** The door for operators. On loopback it may stand without a token, elsewhere never. */
public final class AdminServer {
  private static final int IDLE_SECONDS = 60;

  private final HttpServer server;
  private final Optional<String> token;
  private final Supplier<JsonObject> status;

  public AdminServer(Vertx vertx, Optional<String> token, Supplier<JsonObject> status) {
    this(vertx, token, status, Optional.empty());
  }

  /**
   * @param others answers what this door does not know itself
   */
  public AdminServer(
      Vertx vertx,
      Optional<String> token,
      Supplier<JsonObject> status,
      Optional<Handler<HttpServerRequest>> others) {
    this.token = token.filter(it -> !it.isBlank());
    this.status = status;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS))
            .requestHandler(router(vertx, others));
  }

  /**
   * Listens; gives the port. Fails without opening anything when the address is not one of
   * loopback's and there is no token.
   *
   * @param host an IP literal
   */
  public Future<Integer> listen(String host, int port) {
    if (token.isEmpty() && !isLoopback(host)) {
      return Future.failedFuture(
          "the admin door on " + host + " needs a token; without one it stays on loopback");
    }
    return server.listen(port, host).map(HttpServer::actualPort);
  }

  /** Stops listening. */
  public Future<Void> close() {
    return server.close();
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return host.equals("localhost");
    }
  }

  private Router router(Vertx vertx, Optional<Handler<HttpServerRequest>> others) {
    Router router = Router.router(vertx);
    router.get("/healthz").handler(it -> Json.send(it, 200, new JsonObject().put("status", "up")));
    router.route().handler(this::authorised);
    router.get("/status").handler(it -> Json.send(it, 200, status.get()));
    others.ifPresent(it -> router.route().handler(context -> it.handle(context.request())));
    return router;
  }

  private void authorised(RoutingContext context) {
    String sent = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (token.isEmpty() || (sent != null && same(sent, "Bearer " + token.get()))) {
      context.next();
    } else {
      context.response().setStatusCode(401).putHeader("WWW-Authenticate", "Bearer").end();
    }
  }

  /** In a time that does not tell how much of it is right. */
  private static boolean same(String sent, String wanted) {
    return MessageDigest.isEqual(
        sent.getBytes(StandardCharsets.UTF_8), wanted.getBytes(StandardCharsets.UTF_8));
  }
}
