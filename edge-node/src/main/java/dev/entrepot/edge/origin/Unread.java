package dev.entrepot.edge.origin;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;

/** Responses whose bodies nobody wants. */
public final class Unread {
  private static final long READ_OUT_BYTES = 64 << 10;
  private static final long READ_OUT_MILLIS = 5_000;

  private Unread() {}

  /**
   * Lets go of a response. A short body is read out, so that its connection can be used again; for
   * a longer one the connection is given up.
   *
   * @param bytes how long the body is; {@link Long#MAX_VALUE} if that is not known
   */
  public static void discard(Vertx vertx, HttpClientResponse response, long bytes) {
    response.exceptionHandler(_ -> {});
    if (bytes > READ_OUT_BYTES) {
      response.request().reset();
      return;
    }
    long timer = vertx.setTimer(READ_OUT_MILLIS, _ -> response.request().reset());
    response.endHandler(_ -> vertx.cancelTimer(timer));
    response.resume();
  }
}
