package dev.entrepot.control.fleet;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hangs up on requests that do not end in time. Of one that has ended nothing is kept: others would
 * wait in memory as long as the slowest may take.
 */
final class Deadlines {
  private final Vertx vertx;
  private final Duration most;
  private final AtomicInteger waiting = new AtomicInteger();

  Deadlines(Vertx vertx, Duration most) {
    this.vertx = vertx;
    this.most = most;
  }

  /** A request of which only the head has been read. On its event loop. */
  void begin(HttpServerRequest request) {
    waiting.incrementAndGet();
    long timer = vertx.setTimer(most.toMillis(), _ -> HangUp.on(request.connection()));
    request
        .end()
        .onComplete(_ -> {
          vertx.cancelTimer(timer);
          waiting.decrementAndGet();
        });
  }

  /** How many requests have not ended yet. */
  int waiting() {
    return waiting.get();
  }
}
