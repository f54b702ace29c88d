package dev.entrepot.cli.loadtest;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes of SIGINT and SIGTERM an interrupt of the thread that runs a load, and lets it tell how far
 * it came before the process ends.
 */
final class Interruption implements AutoCloseable {
  /** The longest wait for the telling. */
  static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Thread load) {
    this.hook = Thread.ofPlatform().name("interruption").unstarted(() -> interrupt(load));
  }

  /** Begins to hear, on behalf of the current thread. */
  static Interruption begin() {
    Interruption interruption = new Interruption(Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** All is told. */
  @Override
  public void close() {
    told.countDown();
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // the process is ending: the hook was waiting for this
    }
  }

  private void interrupt(Thread load) {
    load.interrupt();
    try {
      boolean _ = told.await(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
