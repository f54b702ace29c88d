package dev.entrepot.edge.store;

import dev.entrepot.common.failure.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A fixed number of platform threads and a bounded queue before them. */
public final class FixedDiskRoom implements DiskRoom, AutoCloseable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration END = Duration.ofSeconds(10);

  private final ThreadPoolExecutor threads;

  public FixedDiskRoom(int size, int queue) {
    AtomicInteger count = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("disk-" + count.incrementAndGet())
                    .unstarted(task));
  }

  /** Fails with {@code Overloaded} when the queue is full. */
  @Override
  public <T> Future<T> call(Callable<T> work) {
    Promise<T> promise = Promise.promise();
    try {
      threads.execute(() -> run(work, promise));
    } catch (RejectedExecutionException _) {
      promise.tryFail(
          new Failure.Overloaded("too much work is waiting for the disk", RETRY_AFTER)
              .asException());
    }
    return promise.future();
  }

  /** How many pieces of work are waiting. */
  public int waiting() {
    return threads.getQueue().size();
  }

  /** Takes no more work and waits a while for what runs. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(END.toSeconds(), TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException _) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static <T> void run(Callable<T> work, Promise<T> promise) {
    T value;
    try {
      value = work.call();
    } catch (Throwable thrown) { // whoever waits must hear of an Error, too
      promise.fail(thrown);
      return;
    }
    promise.complete(value);
  }
}
