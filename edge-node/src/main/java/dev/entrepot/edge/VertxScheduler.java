package dev.entrepot.edge;

import dev.entrepot.common.time.Scheduler;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Timers of Vert.x. */
record VertxScheduler(Vertx vertx) implements Scheduler {
  @Override
  public Timer after(Duration delay, Runnable task) {
    long timer = vertx.setTimer(Math.max(1, delay.toMillis()), _ -> task.run());
    return () -> vertx.cancelTimer(timer);
  }
}
