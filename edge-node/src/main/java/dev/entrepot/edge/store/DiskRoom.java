package dev.entrepot.edge.store;

import io.vertx.core.Future;
import java.util.concurrent.Callable;

/** The threads that may block on disk. Everyone else asks here and gets a future back. */
public interface DiskRoom {

  /**
   * Runs {@code work}, unordered. The future completes on whatever thread did the work: callers go
   * back to their own. What the work throws fails the future as it is.
   */
  <T> Future<T> call(Callable<T> work);
}
