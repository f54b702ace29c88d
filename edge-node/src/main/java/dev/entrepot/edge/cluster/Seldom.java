package dev.entrepot.edge.cluster;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Keeps what strangers can cause from filling the log: so many sentences in so much time. */
final class Seldom {
  private final int most;
  private final long window;
  private final LongSupplier nanos;
  private long began;
  private int said;
  private long unsaid;

  /**
   * @param nanos monotonic time
   */
  Seldom(int most, Duration window, LongSupplier nanos) {
    this.most = most;
    this.window = window.toNanos();
    this.nanos = nanos;
    this.began = nanos.getAsLong();
  }

  /** Whether to say something now; counted when not. */
  synchronized boolean allows() {
    long now = nanos.getAsLong();
    if (now - began >= window) {
      began = now;
      said = 0;
    }
    if (said < most) {
      said++;
      return true;
    }
    unsaid++;
    return false;
  }

  /** How often it was kept from saying something since this was asked last. */
  synchronized long unsaid() {
    long now = unsaid;
    unsaid = 0;
    return now;
  }
}
