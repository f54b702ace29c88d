package dev.entrepot.loadtest.load;

import java.time.Duration;

/** Is told from time to time how a load is doing. */
@FunctionalInterface
public interface Progress {
  /** How often. */
  Duration INTERVAL = Duration.ofSeconds(1);

  /** What there is so far. */
  void at(String label, Figures soFar);

  /** Tells nobody. */
  static Progress none() {
    return (_, _) -> {};
  }
}
