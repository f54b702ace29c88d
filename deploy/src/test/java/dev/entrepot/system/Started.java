package dev.entrepot.system;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A program that a test started, as a process or in a container. */
interface Started extends AutoCloseable {

  /** What it has printed so far. */
  String output();

  /** Its number on this machine. */
  long pid();

  boolean isAlive();

  /** As {@code kill -9}. */
  void kill();

  /** SIGTERM, and SIGKILL when it does not heed that. */
  @Override
  void close();

  /** Waits until {@code ready} is true while it lives. */
  default void await(Duration limit, BooleanSupplier ready) {
    Instant end = Instant.now().plus(limit);
    while (!ready.getAsBoolean()) {
      if (!isAlive() || Instant.now().isAfter(end)) {
        String said = output();
        close();
        throw new AssertionError(this + " did not become ready within " + limit + "\n" + said);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
