package dev.entrepot.loadtest.load;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.http.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs clients side by side, from a common start to the end of the last. */
final class Crew {
  private static final long STACK = 256 * 1024;

  /** The longest wait for clients whose connections were closed by an interrupt. */
  private static final Duration END = Duration.ofSeconds(5);

  private final List<Session> sessions = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> bugs = new ConcurrentLinkedQueue<>();
  private final CountDownLatch ready;
  private final CountDownLatch start = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch done;

  /** What one client does. */
  @FunctionalInterface
  interface Work {
    void run(Session session) throws InterruptedException;
  }

  Crew(int clients) {
    this.ready = new CountDownLatch(clients);
    this.done = new CountDownLatch(clients);
  }

  /** Adds a client, which waits for the start. */
  void add(Session session, Work work) {
    sessions.add(session);
    String name = "client-" + threads.size();
    threads.add(
        Thread.ofPlatform().name(name).stackSize(STACK).unstarted(() -> live(session, work)));
  }

  /** Whether clients should not begin anything any more; waits so long for that. */
  boolean isStopped(long nanos) throws InterruptedException {
    return stop.await(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Lets all clients go at once and waits for the last; ends their connections when they take
   * longer than {@code most}, or when this thread is interrupted, which it stays then.
   *
   * @param began is run right before they go
   * @throws Refusal when the machine has no room for so many
   */
  void run(Runnable began, Duration most, Runnable tick) {
    try {
      threads.forEach(Thread::start);
      ready.await();
      began.run();
      start.countDown();
      attend(most, tick);
    } catch (InterruptedException _) {
      breakOff();
      awaitEnd();
      Thread.currentThread().interrupt();
    } catch (OutOfMemoryError e) {
      throw new Refusal(
          "this machine has no room for %d clients; ask for fewer".formatted(threads.size()), e);
    } finally {
      breakOff();
    }
    Throwable bug = bugs.peek();
    if (bug != null) {
      throw new IllegalStateException("a client of the load broke: " + bug, bug);
    }
  }

  private void attend(Duration most, Runnable tick) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    long interval = Progress.INTERVAL.toNanos();
    while (true) {
      long left = deadline - System.nanoTime();
      if (done.await(left > 0 ? Math.min(interval, left) : interval, TimeUnit.NANOSECONDS)) {
        return;
      }
      tick.run();
      if (System.nanoTime() - deadline >= 0) {
        breakOff();
      }
    }
  }

  /** Their connections are closed: the last figures are there in a moment. */
  private void awaitEnd() {
    try {
      boolean _ = done.await(END.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      // twice interrupted: without the last figures then
    }
  }

  private void breakOff() {
    stop.countDown();
    start.countDown();
    sessions.forEach(Session::close);
  }

  private void live(Session session, Work work) {
    try {
      ready.countDown();
      start.await();
      work.run(session);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      bugs.add(e); // a client less would go unnoticed
    } finally {
      done.countDown();
    }
  }
}
