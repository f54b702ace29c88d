package dev.entrepot.edge.blob;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one after the other, in order, on threads that many lanes share. */
final class Lane implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
  private static final int TURN = 64;

  private final Executor threads;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean scheduled;

  Lane(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
      if (scheduled) {
        return;
      }
      scheduled = true;
    }
    threads.execute(this::turn);
  }

  /** Some tasks, and then another lane may have the thread. */
  private void turn() {
    for (int n = 0; n < TURN; n++) {
      Runnable task = next();
      if (task == null) {
        return;
      }
      try {
        task.run();
      } catch (RuntimeException | AssertionError e) {
        LOG.error("a task of a fill failed", e);
      }
    }
    threads.execute(this::turn);
  }

  private @Nullable Runnable next() {
    synchronized (tasks) {
      Runnable task = tasks.poll();
      scheduled = task != null;
      return task;
    }
  }
}
