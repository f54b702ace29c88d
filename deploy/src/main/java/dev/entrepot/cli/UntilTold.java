package dev.entrepot.cli;

import java.util.concurrent.CountDownLatch;

/** What a program does between its start and its end. */
final class UntilTold {
  private UntilTold() {}

  /**
   * Greets, and waits until the process is told to end; then drains and closes.
   *
   * @param close comes to pass whatever becomes of the draining
   * @return the process's exit code
   */
  static int run(Runnable greet, Runnable drain, Runnable close) {
    CountDownLatch ended = new CountDownLatch(1);
    Thread end =
        Thread.ofPlatform()
            .name("drain")
            .unstarted(() -> {
              try {
                drainAndClose(drain, close);
              } finally {
                ended.countDown();
              }
            });
    Runtime.getRuntime().addShutdownHook(end);
    greet.run();
    try {
      ended.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private static void drainAndClose(Runnable drain, Runnable close) {
    try {
      drain.run();
    } finally {
      close.run();
    }
  }
}
