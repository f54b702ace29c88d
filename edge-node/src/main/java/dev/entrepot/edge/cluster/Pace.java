package dev.entrepot.edge.cluster;

import java.time.Duration;

/**
 * How often a site looks at what.
 *
 * @param look at the members
 * @param say who this edge is
 * @param silence after which a member that Hazelcast still lists counts as gone
 * @param lookAround at names' addresses, and for edges that answer but do not join
 * @param firstPause after the first attempt to join that failed; doubled by each further one
 * @param longestPause between two attempts
 * @param end how long closing may take
 */
record Pace(
    Duration look,
    Duration say,
    Duration silence,
    Duration lookAround,
    Duration firstPause,
    Duration longestPause,
    Duration end) {
  static final Pace STANDARD =
      new Pace(
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(3));
}
