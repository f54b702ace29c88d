package dev.entrepot.loadtest.upstream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A gate at which answers stall. Once released it stays open. */
public final class Hold {
  private final AtomicInteger arrived = new AtomicInteger();
  private volatile boolean released;

  /** Lets all answers go on, those that wait and those still to come. */
  public void release() {
    released = true;
  }

  /** Whether the gate is open. */
  public boolean isReleased() {
    return released;
  }

  /** How many answers have come to the gate so far. */
  public int arrivals() {
    return arrived.get();
  }

  /**
   * Waits until that many answers have come to the gate.
   *
   * @throws IllegalStateException when they have not in time
   */
  public void awaitArrivals(int count, Duration most) {
    Await.until(() -> arrived.get() >= count, most, () -> arrived.get() + " of " + count);
  }

  void arrive() {
    arrived.incrementAndGet();
  }
}
