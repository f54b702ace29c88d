package dev.entrepot.edge.http;

import java.time.Duration;

/**
 * Bounds of the registry door.
 *
 * @param header for a request's head to arrive; default 10 s
 * @param idle for a connection without a request; default 75 s
 * @param stall for a client that takes none of the bytes it asked for; default 60 s
 * @param headerBytes of a request's head; default 40 KiB (clients send a thousand ranges)
 * @param lineBytes of a request's first line; default 8 KiB
 * @param connections at once; default 20,000
 * @param connectionsPerAddress at once from one address; default 1,000
 * @param ranges in one request; default 1024
 * @param pullLineQuiet after which a pull counts as over, for its line in the log; default 2 s
 */
public record DoorLimits(
    Duration header,
    Duration idle,
    Duration stall,
    int headerBytes,
    int lineBytes,
    int connections,
    int connectionsPerAddress,
    int ranges,
    Duration pullLineQuiet) {

  public static final DoorLimits DEFAULT =
      new DoorLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(75),
          Duration.ofSeconds(60),
          40 << 10,
          8 << 10,
          20_000,
          1_000,
          1024,
          Duration.ofSeconds(2));
}
