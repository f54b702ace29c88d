package dev.entrepot.edge.peer;

import dev.entrepot.edge.TestAuthority;
import dev.entrepot.edge.cluster.Site.Member;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A peer door, over mutual TLS, that does what a test tells it. */
final class Neighbour {
  private final List<String> asked = new ArrayList<>();
  private final Set<Integer> ports = new HashSet<>();
  private final HttpServer server;
  private volatile Consumer<HttpServerRequest> answer = it -> end(it, 421);

  Neighbour(Vertx vertx, TestAuthority authority, Path folder, String name) throws IOException {
    authority.issue(folder, name, java.time.Duration.ofDays(1));
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(0)
                    .setSsl(true)
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertPath(folder.resolve(name + ".crt").toString())
                            .addKeyPath(folder.resolve(name + ".key").toString()))
                    .setTrustOptions(
                        new PemTrustOptions().addCertValue(Buffer.buffer(authority.pem()))))
            .requestHandler(this::handle)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .orTimeout(10, TimeUnit.SECONDS)
            .join();
  }

  Member member() {
    return new Member(URI.create("https://127.0.0.1:" + server.actualPort()));
  }

  /** From now on every request is answered with these bytes. */
  Neighbour serves(byte[] bytes) {
    answer = it -> it.response().end(Buffer.buffer(bytes));
    return this;
  }

  /** From now on this is done with every request. */
  Neighbour does(Consumer<HttpServerRequest> now) {
    answer = now;
    return this;
  }

  static void end(HttpServerRequest request, int status) {
    request.response().setStatusCode(status).end();
  }

  /** What was asked so far, as {@code path cache-control range hop}, absent ones as {@code -}. */
  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  /** Over how many connections it was asked so far. */
  synchronized int connections() {
    return ports.size();
  }

  private void handle(HttpServerRequest request) {
    synchronized (this) {
      ports.add(request.remoteAddress().port());
      asked.add(
          String.join(
              " ",
              request.path(),
              request.headers().get("Cache-Control") == null
                  ? "-"
                  : request.headers().get("Cache-Control"),
              request.headers().get("Range") == null ? "-" : request.headers().get("Range"),
              String.valueOf(request.headers().get(PeerLine.HOP))));
    }
    answer.accept(request);
  }
}
