package dev.entrepot.edge.peer;

import java.time.Duration;

/**
 * What asking a neighbour may cost.
 *
 * @param connect to have a connection, TLS included
 * @param answer until an answer's head has come; the owner may itself be waiting for the upstream
 * @param stall without a byte of a body
 * @param connections to one neighbour at a time
 * @param failures in a row after which a neighbour is left alone
 * @param pause for which it is left alone then
 * @param distrust for which one is left alone that sent wrong bytes
 * @param tries neighbours that are asked for one thing before the upstream is
 * @param manifestBytes the largest manifest that is taken
 */
public record PeerLimits(
    Duration connect,
    Duration answer,
    Duration stall,
    int connections,
    int failures,
    Duration pause,
    Duration distrust,
    int tries,
    int manifestBytes) {

  /** 3 s, 15 s, 10 s, 64 connections, 3 failures, 5 s, 10 min, 2 tries, 4 MiB. */
  public static final PeerLimits STANDARD =
      new PeerLimits(
          Duration.ofSeconds(3),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          64,
          3,
          Duration.ofSeconds(5),
          Duration.ofMinutes(10),
          2,
          4 << 20);
}
