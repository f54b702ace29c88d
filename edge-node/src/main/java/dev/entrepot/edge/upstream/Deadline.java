package dev.entrepot.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A moment, on monotonic time, by which something has to be done. */
record Deadline(long nanos) {

  /** That long from now. */
  static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** The sooner of this one and that long from now. */
  Deadline orSooner(Duration duration) {
    Deadline other = in(duration);
    return other.nanos - nanos < 0 ? other : this;
  }

  /** Whether it is over. */
  boolean passed() {
    return nanos - System.nanoTime() <= 0;
  }

  /** What is left, at least 1 ms. */
  Duration left() {
    return Duration.ofNanos(Math.max(1_000_000, nanos - System.nanoTime()));
  }

  /**
   * The same future, but failed when the deadline passes first.
   *
   * @param late what to fail with
   * @param discard gets the value that comes too late
   */
  <T> Future<T> bound(
      Vertx vertx, Future<T> future, Supplier<Throwable> late, Consumer<T> discard) {
    Promise<T> promise = Promise.promise();
    long timer = vertx.setTimer(left().toMillis(), _ -> promise.tryFail(late.get()));
    future.onComplete(
        value -> {
          vertx.cancelTimer(timer);
          if (!promise.tryComplete(value)) {
            discard.accept(value);
          }
        },
        cause -> {
          vertx.cancelTimer(timer);
          promise.tryFail(cause);
        });
    return promise.future();
  }
}
