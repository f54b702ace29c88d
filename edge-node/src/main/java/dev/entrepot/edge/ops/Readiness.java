package dev.entrepot.edge.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether traffic should come here, and if not, why. */
public final class Readiness {
  private final List<Supplier<Optional<String>>> checks = new ArrayList<>();
  private volatile Optional<String> stopped = Optional.of("starting");

  /** Adds a check that answers with what is wrong. Only before {@link #ready}. */
  public void check(Supplier<Optional<String>> check) {
    checks.add(check);
  }

  /** Everything is up. */
  public void ready() {
    stopped = Optional.empty();
  }

  /** No new traffic, please. */
  public void draining() {
    stopped = Optional.of("draining");
  }

  /** What is wrong now; empty when nothing is. */
  public List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    stopped.ifPresent(reasons::add);
    for (Supplier<Optional<String>> check : checks) {
      check.get().ifPresent(reasons::add);
    }
    return reasons;
  }
}
