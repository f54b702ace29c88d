package dev.entrepot.edge.upstream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Keeps requests from a mirror that fails. Thread-safe.
 *
 * <pre>
 *   closed ──failures in a row──▶ open ──after a while──▶ one probe ──well──▶ closed
 *                                  ▲                          └─failed─▶ open
 * </pre>
 */
final class Breaker {
  private final int breakAfter;
  private final Duration probeAfter;
  private final InstantSource clock;
  private int failures;
  private Instant openSince = Instant.EPOCH;

  Breaker(int breakAfter, Duration probeAfter, InstantSource clock) {
    this.breakAfter = breakAfter;
    this.probeAfter = probeAfter;
    this.clock = clock;
  }

  /** Whether a request may go now; while open, one in each period may. */
  synchronized boolean admit() {
    if (failures < breakAfter) {
      return true;
    }
    Instant now = clock.instant();
    if (now.isBefore(openSince) || !now.isBefore(openSince.plus(probeAfter))) {
      openSince = now;
      return true;
    }
    return false;
  }

  /** Whether requests are kept back. */
  synchronized boolean isOpen() {
    return failures >= breakAfter;
  }

  /** A request was answered; says whether that closed the breaker. */
  synchronized boolean well() {
    boolean closed = failures >= breakAfter;
    failures = 0;
    return closed;
  }

  /** A request failed; says whether that opened the breaker. */
  synchronized boolean failed() {
    failures++;
    if (failures >= breakAfter) {
      openSince = clock.instant();
    }
    return failures == breakAfter;
  }
}
