package dev.entrepot.common.time;

import java.time.Duration;

/** Runs something later, on monotonic time. */
public interface Scheduler {

  /**
   * Runs {@code task} once after {@code delay}, on a thread of the scheduler's choice.
   *
   * @return a handle that stops it; stopping what has run is allowed and does nothing
   */
  Timer after(Duration delay, Runnable task);

  /** A waiting task. */
  @FunctionalInterface
  interface Timer {
    /** Stops the task if it has not begun. */
    void cancel();
  }
}
