package dev.entrepot.loadtest.upstream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Hands out bytes at a rate to all who share it, first come first served. */
final class Pacer {
  /** A twentieth of a second's worth at once: smooth for a reader, cheap for a writer. */
  private static final int SLICES_PER_SECOND = 20;

  private final LongSupplier bytesPerSecond;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long generation;
  private long nextFree = System.nanoTime();

  /** A pacer that asks for its rate each time; 0 is no limit. */
  Pacer(LongSupplier bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** The most bytes to take at once. */
  int slice(int most) {
    long rate = bytesPerSecond.getAsLong();
    return rate == 0 ? most : Math.clamp(rate / SLICES_PER_SECOND, 1, most);
  }

  /** Waits until that many bytes may go, or until the rate has changed. */
  void take(int bytes) throws InterruptedException {
    lock.lock();
    try {
      long rate = bytesPerSecond.getAsLong();
      if (rate > 0) {
        waitUntil(reserve(bytes, rate));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what was reserved at the old rate and lets everybody go on. */
  void rateChanged() {
    lock.lock();
    try {
      generation++;
      nextFree = System.nanoTime();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private long reserve(int bytes, long rate) {
    long start = Math.max(nextFree, System.nanoTime());
    nextFree = start + (long) (bytes * 1e9 / rate);
    return nextFree;
  }

  private void waitUntil(long instant) throws InterruptedException {
    long mine = generation;
    long left = instant - System.nanoTime();
    while (left > 0 && mine == generation) {
      changed.await(left, TimeUnit.NANOSECONDS);
      left = instant - System.nanoTime();
    }
  }
}
