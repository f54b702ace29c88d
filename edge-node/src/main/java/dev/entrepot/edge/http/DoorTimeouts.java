package dev.entrepot.edge.http;

import java.time.Duration;

/**
 * How long the door waits for a client.
 *
 * @param header from the first byte of a request, or from the connect, until its headers are
 *     complete. Default 10 s
 * @param idle how long a connection may rest between requests; never counts while an answer is
 *     under way. Default 75 s
 * @param stall how long a client may accept nothing of an answer; does not count while this edge
 *     itself waits for bytes. Default 60 s
 * @param handshake how long a TLS handshake may take. Default 5 s
 */
public record DoorTimeouts(Duration header, Duration idle, Duration stall, Duration handshake) {

  /** The documented defaults. */
  public static final DoorTimeouts DEFAULT =
      new DoorTimeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(75),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5));
}
