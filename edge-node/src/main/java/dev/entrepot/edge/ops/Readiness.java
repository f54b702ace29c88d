package dev.entrepot.edge.ops;

import java.util.List;

/**
 * Whether clients should be sent here, and why not.
 *
 * @param reasons short sentences; none means ready
 */
public record Readiness(List<String> reasons) {
  public Readiness {
    reasons = List.copyOf(reasons);
  }

  /** Nothing stands against it. */
  public static Readiness ready() {
    return new Readiness(List.of());
  }

  /** Whether clients should be sent here. */
  public boolean isReady() {
    return reasons.isEmpty();
  }
}
