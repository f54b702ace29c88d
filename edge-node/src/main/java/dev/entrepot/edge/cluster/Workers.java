package dev.entrepot.edge.cluster;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of the cluster's own. Work that comes when they have ended is dropped in silence. */
final class Workers implements Executor, AutoCloseable {
  private final ScheduledThreadPoolExecutor threads;

  Workers(String name, int number) {
    this.threads =
        new ScheduledThreadPoolExecutor(
            number, Thread.ofPlatform().daemon().name(name + "-", 1).factory());
  }

  @Override
  public void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException _) {
      // they have ended
    }
  }

  /** Runs at once, and again so long after each end. */
  void repeat(Runnable task, Duration pause) {
    var _ = threads.scheduleWithFixedDelay(task, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Finishes what waits and ends; false: not within that time, and what runs was interrupted. */
  boolean end(Duration bound) {
    threads.shutdown();
    try {
      if (threads.awaitTermination(bound.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
    return false;
  }

  /** Ends without waiting. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
