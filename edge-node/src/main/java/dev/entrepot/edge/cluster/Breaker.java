package dev.entrepot.edge.cluster;

import java.util.function.LongSupplier;

/** Keeps off a cluster that does not answer, so that misses do not wait for it one by one. */
final class Breaker {
  private final HintLimits limits;
  private final LongSupplier nanos;
  private int failures;
  private long closedUntil;

  /**
   * @param nanos monotonic time
   */
  Breaker(HintLimits limits, LongSupplier nanos) {
    this.limits = limits;
    this.nanos = nanos;
    this.closedUntil = nanos.getAsLong();
  }

  /** Whether to ask now; after a pause one asker is let through at a time. */
  synchronized boolean allows() {
    if (failures < limits.failures()) {
      return true;
    }
    long now = nanos.getAsLong();
    if (now - closedUntil < 0) {
      return false;
    }
    closedUntil = now + limits.pause().toNanos();
    return true;
  }

  synchronized void answered() {
    failures = 0;
  }

  synchronized void failed() {
    failures++;
    if (failures == limits.failures()) {
      closedUntil = nanos.getAsLong() + limits.pause().toNanos();
    }
  }
}
