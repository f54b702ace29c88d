package dev.entrepot.loadtest.load;

import java.util.Optional;

/**
 * One load of one target within a comparison.
 *
 * @param use what the target's processes used; empty when their pids are not known
 */
public record Round(Figures figures, Optional<Use> use) {

  /**
   * What processes used.
   *
   * @param cpuSeconds during the round
   * @param rss bytes at its end
   * @param rssAnon bytes at its end
   */
  public record Use(double cpuSeconds, long rss, long rssAnon) {
    static Use between(ProcessUse before, ProcessUse after) {
      return new Use(after.cpuSeconds() - before.cpuSeconds(), after.rss(), after.rssAnon());
    }
  }
}
