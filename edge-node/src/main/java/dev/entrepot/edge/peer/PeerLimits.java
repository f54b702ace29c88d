package dev.entrepot.edge.peer;

import java.time.Duration;

/**
 * What asking a neighbour may cost.
 *
 * @param connect to have a connection
 * @param handshake for TLS behind that; takes the processors of both sides, which may be busy
 * @param silence after which a neighbour that owes something is asked whether it lives
 * @param pulse until it must have answered that; longer than a handshake, so that one which is only
 *     busy, as all are when a fleet begins to pull, is not taken for dead
 * @param answer until an answer's head has come from one that lives; it may itself be waiting for
 *     the upstream
 * @param stall without a byte of a body from one that lives, likewise
 * @param connections to one neighbour at a time; who needs a further one waits
 * @param failures in a row after which a neighbour is left alone
 * @param pause for which it is left alone then
 * @param distrust for which one is left alone that sent wrong bytes
 * @param tries neighbours that are asked for one thing before the upstream is
 * @param hints the longest wait for all that the site says of one thing
 * @param manifestBytes the largest manifest that is taken
 */
public record PeerLimits(
    Duration connect,
    Duration handshake,
    Duration silence,
    Duration pulse,
    Duration answer,
    Duration stall,
    int connections,
    int failures,
    Duration pause,
    Duration distrust,
    int tries,
    Duration hints,
    int manifestBytes) {

  /**
   * 3 s, 6 s, 3 s, 7 s, 60 s, 60 s, 256 connections, 3 failures, 5 s, 10 min, 2 tries, 50 ms, 4
   * MiB.
   */
  public static final PeerLimits STANDARD =
      new PeerLimits(
          Duration.ofSeconds(3),
          Duration.ofSeconds(6),
          Duration.ofSeconds(3),
          Duration.ofSeconds(7),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          256,
          3,
          Duration.ofSeconds(5),
          Duration.ofMinutes(10),
          2,
          Duration.ofMillis(50),
          4 << 20);
}
