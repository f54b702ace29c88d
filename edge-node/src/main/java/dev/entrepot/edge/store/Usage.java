package dev.entrepot.edge.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Who is within the database's native code. Closing waits for them: a call that meets a freed
 * handle does not fail, it ends the process.
 */
final class Usage {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Lock inside = lock.readLock();
  private final Turn turn = inside::unlock;
  private volatile boolean closed;

  /** The stay of one caller. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Goes in; the caller closes what it gets. May be nested.
   *
   * @throws StoreException after {@link #end}
   */
  Turn enter() {
    inside.lock();
    if (closed) {
      inside.unlock();
      throw new StoreException("the store is closed");
    }
    return turn;
  }

  /** Lets nobody in any more and waits until all are out; says whether they are. */
  boolean end(Duration most) {
    closed = true;
    try {
      if (lock.writeLock().tryLock(most.toMillis(), TimeUnit.MILLISECONDS)) {
        lock.writeLock().unlock();
        return true;
      }
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
