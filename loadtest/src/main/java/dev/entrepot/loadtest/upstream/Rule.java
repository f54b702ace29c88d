package dev.entrepot.loadtest.upstream;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A match and what happens to the requests that it means, until it is removed. */
public final class Rule {
  private final Match match;
  private final List<Fault> faults;
  private final AtomicLong passed = new AtomicLong();
  private final AtomicLong hits = new AtomicLong();
  private volatile boolean removed;

  Rule(Match match, List<Fault> faults) {
    this.match = match;
    this.faults = faults;
  }

  /** How many requests it has happened to. */
  public long hits() {
    return hits.get();
  }

  /** Ends the rule: whatever waits on it goes on, and nothing more happens. */
  public void remove() {
    removed = true;
  }

  boolean isRemoved() {
    return removed;
  }

  List<Fault> faults() {
    return faults;
  }

  boolean takes(Request request) {
    boolean meant = !removed && match.what().test(request) && match.means(passed.incrementAndGet());
    if (meant) {
      hits.incrementAndGet();
    }
    return meant;
  }
}
