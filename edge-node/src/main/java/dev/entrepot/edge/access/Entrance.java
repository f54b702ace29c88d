package dev.entrepot.edge.access;

import java.util.Optional;

/**
 * The door that a caller stands at.
 *
 * @param challenge whom it asks for a token
 * @param tls whether the caller came over TLS to this edge
 * @param authority what the caller calls this edge, {@code host[:port]}, if that can be read
 */
public record Entrance(Challenge challenge, boolean tls, Optional<String> authority) {

  /** Whom a door asks for a token. */
  public enum Challenge {
    /** Whoever is not in a trusted network, or asks there for what not everyone may read. */
    AUTO,
    /** Everybody. */
    ALWAYS,
    /** Nobody: what is sent as {@code Authorization} counts for nothing. */
    NEVER
  }

  /** A plain door that asks whoever is not trusted. */
  public static final Entrance PLAIN = new Entrance(Challenge.AUTO, false, Optional.empty());
}
