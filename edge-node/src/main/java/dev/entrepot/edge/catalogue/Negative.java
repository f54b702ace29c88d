package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import java.time.Duration;
import java.time.Instant;

/** That asking failed, which is remembered for a while so that it is not tried again at once. */
record Negative(Failure failure, Instant at, Duration lifetime) {

  /** Whether it still holds. A moment before it was learnt means that the clock was set back. */
  boolean holds(Instant now) {
    return !now.isBefore(at) && now.isBefore(at.plus(lifetime));
  }
}
