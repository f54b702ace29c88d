package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.Body;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A real HTTP server on the loopback that answers as a test tells it to. */
final class TestOrigin {
  static final byte[] MANIFEST =
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "config":{},"layers":[]}\
      """
          .getBytes(StandardCharsets.UTF_8);
  static final Digest MANIFEST_DIGEST = Digest.sha256(MANIFEST);
  static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  static final Repository ALPINE = new Repository("test", "library/alpine");

  /** What arrived. */
  record Seen(String method, String uri, Optional<String> authorization, Optional<String> range) {
    boolean isToken() {
      return uri.startsWith("/token");
    }
  }

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  private TestOrigin(HttpServer server) {
    this.server = server;
  }

  static TestOrigin start(Vertx vertx, Handler<HttpServerRequest> script) {
    HttpServer server = vertx.createHttpServer();
    TestOrigin origin = new TestOrigin(server);
    server.requestHandler(request -> {
      origin.seen.add(
          new Seen(
              request.method().name(),
              request.uri(),
              Optional.ofNullable(request.getHeader("Authorization")),
              Optional.ofNullable(request.getHeader("Range"))));
      script.handle(request);
    });
    await(server.listen(0, "127.0.0.1"));
    return origin;
  }

  int port() {
    return server.actualPort();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port());
  }

  URI url(String host) {
    return URI.create("http://" + host + ":" + port());
  }

  UpstreamConfig config() {
    return UpstreamConfig.of("test", url());
  }

  long count(String method, String prefix) {
    return seen.stream()
        .filter(request -> request.method().equals(method) && request.uri().startsWith(prefix))
        .count();
  }

  void stop() {
    await(server.close());
  }

  static void manifest(HttpServerRequest request) {
    request
        .response()
        .putHeader("Content-Type", MANIFEST_TYPE)
        .putHeader("Docker-Content-Digest", MANIFEST_DIGEST.toString());
    if (request.method().name().equals("HEAD")) {
      request.response().putHeader("Content-Length", Integer.toString(MANIFEST.length)).end();
    } else {
      request.response().end(Buffer.buffer(MANIFEST));
    }
  }

  static void status(HttpServerRequest request, int status) {
    request.response().setStatusCode(status).end();
  }

  static void redirect(HttpServerRequest request, String location) {
    request.response().setStatusCode(307).putHeader("Location", location).end();
  }

  static void challenge(HttpServerRequest request, String realm) {
    request
        .response()
        .setStatusCode(401)
        .putHeader(
            "WWW-Authenticate",
            "Bearer realm=\""
                + realm
                + "\",service=\"registry.test\",scope=\"repository:library/alpine:pull\"")
        .end();
  }

  static void token(HttpServerRequest request, String token) {
    request.response().end(new JsonObject().put("token", token).toBuffer());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException ours
          ? ours
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The failure that a question ends with. */
  static Failure failure(Future<?> future) {
    try {
      throw new AssertionError("no failure but " + await(future));
    } catch (PullException e) {
      return e.failure();
    }
  }

  static byte[] drain(Body body) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Optional<ByteBuf> piece = await(body.read());
        piece.isPresent();
        piece = await(body.read())) {
      byte[] copy = new byte[piece.get().readableBytes()];
      piece.get().readBytes(copy);
      piece.get().release();
      all.writeBytes(copy);
    }
    return all.toByteArray();
  }
}
