package dev.entrepot.edge.origin;

import java.time.Duration;

/**
 * Where an answer comes from, and what it is worth.
 *
 * @param via who gave it
 * @param age how long ago the upstream confirmed it: more than nothing when a neighbour says so
 */
public record Provenance(Via via, Duration age) {
  /** The upstream says so now. */
  public static final Provenance UPSTREAM = new Provenance(Via.UPSTREAM, Duration.ZERO);

  /** Another edge says so, and that the upstream said so that long ago. */
  public static Provenance peer(Duration age) {
    return new Provenance(Via.PEER, age);
  }
}
