package dev.entrepot.control.fleet;

import java.time.Duration;

/**
 * How edges are kept up to date.
 *
 * @param heartbeat between the empty lines that say "still current"
 * @param stall how long an edge may take nothing of what waits for it
 * @param most streams at a time
 * @param perCertificate streams at a time for one certificate; the oldest ends
 */
public record StreamRules(Duration heartbeat, Duration stall, int most, int perCertificate) {
  public static final StreamRules STANDARD =
      new StreamRules(Duration.ofSeconds(2), Duration.ofSeconds(10), 10_000, 2);
}
