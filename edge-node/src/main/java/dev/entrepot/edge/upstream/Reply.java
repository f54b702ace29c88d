package dev.entrepot.edge.upstream;

import dev.entrepot.edge.origin.Unread;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer's headers; its body is paused. Whoever gets one reads the body or discards it.
 *
 * @param from which hop answered
 * @param foreign whether that is another origin than the one first asked
 */
record Reply(HttpClientResponse response, Target from, boolean foreign) {

  int status() {
    return response.statusCode();
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(response.getHeader(name));
  }

  List<String> headers(String name) {
    return response.headers().getAll(name);
  }

  /** Whether a store of files answered, whose errors say nothing about the registry. */
  boolean isStorage() {
    return foreign && !from.path().startsWith("/v2/");
  }

  OptionalLong contentLength() {
    return header("Content-Length").map(Numbers::parse).orElse(OptionalLong.empty());
  }

  /** Whether the body is something else than the bytes themselves. */
  boolean isEncoded() {
    return header("Content-Encoding").filter(e -> !e.equalsIgnoreCase("identity")).isPresent();
  }

  /** Lets go of the answer; a short body is read out, so that its connection can be used again. */
  void discard(Vertx vertx, boolean head) {
    Unread.discard(vertx, response, head ? 0 : contentLength().orElse(Long.MAX_VALUE));
  }
}
