package dev.entrepot.edge.cluster;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds what is under way. */
final class Gate {
  private final long room;
  private final AtomicLong taken = new AtomicLong();

  Gate(long room) {
    this.room = room;
  }

  /** Takes room, if there is enough; who got it gives it back by {@link #leave}. */
  boolean enter(long weight) {
    if (taken.addAndGet(weight) <= room) {
      return true;
    }
    taken.addAndGet(-weight);
    return false;
  }

  void leave(long weight) {
    taken.addAndGet(-weight);
  }
}
