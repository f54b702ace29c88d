package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** Sends small bodies, whole. */
final class Whole {
  private Whole() {}

  /** Ends the answer with a body, or without one for HEAD; its length is told either way. */
  static Future<Void> send(Pull pull, String contentType, Buffer body) {
    return onContext(
        pull,
        () -> {
          HttpServerResponse response =
              pull.response()
                  .putHeader("Content-Type", contentType)
                  .putHeader("Content-Length", Integer.toString(body.length()));
          if (pull.isHead()) {
            return response.end();
          }
          pull.sent(body.length());
          return response.end(body);
        });
  }

  /** Ends the answer without a body. */
  static Future<Void> empty(Pull pull, int status) {
    return onContext(pull, () -> pull.response().setStatusCode(status).end());
  }

  /** How the answer came about, in its headers and for the log. */
  static void tell(Pull pull, CacheStatus status) {
    pull.came(status);
    pull.response().putHeader("Cache-Status", CacheStatusHeader.of(status));
    if (!status.age().isZero() || status.outcome() == CacheStatus.Outcome.HIT) {
      pull.response().putHeader("Age", Long.toString(status.age().toSeconds()));
    }
  }

  /** Futures complete on any thread; a response belongs to its context. */
  static Future<Void> onContext(Pull pull, java.util.function.Supplier<Future<Void>> work) {
    Promise<Void> promise = Promise.promise();
    pull.context()
        .runOnContext(_ -> {
          if (pull.response().closed()) {
            promise.complete(); // the client has gone; nobody waits for this
          } else {
            work.get().transform(_ -> Future.<Void>succeededFuture()).onComplete(promise);
          }
        });
    return promise.future();
  }
}
