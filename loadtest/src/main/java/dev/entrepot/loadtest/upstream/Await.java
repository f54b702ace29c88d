package dev.entrepot.loadtest.upstream;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for a condition with a deadline. */
final class Await {
  private static final Duration STEP = Duration.ofMillis(5);

  private Await() {}

  /** Whether the condition came true in time; looked at every 5 ms, and ended by an interrupt. */
  static boolean holds(BooleanSupplier condition, Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
    return true;
  }

  /**
   * Waits until the condition is true.
   *
   * @throws IllegalStateException when it is not in time
   */
  static void until(BooleanSupplier condition, Duration most, Supplier<String> what) {
    if (!holds(condition, most)) {
      throw new IllegalStateException("not within " + most + ": " + what.get());
    }
  }
}
