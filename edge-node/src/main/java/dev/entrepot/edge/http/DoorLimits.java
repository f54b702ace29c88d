package dev.entrepot.edge.http;

/**
 * How much of everything the door takes.
 *
 * @param connections open connections of one listener; further ones are closed at once. Default 20
 *     000
 * @param connectionsPerAddress of these, from one client address; trusted proxies are exempt.
 *     Default 1024: an address may be a whole site behind NAT
 * @param requestLine longest request line in bytes; longer is 414. Default 16 KiB
 * @param header most bytes of all headers; more is 431. Default 40 KiB, because podman asks for up
 *     to 1024 ranges in one header
 * @param target longest request target in bytes that is read; longer is 400. Default 8 KiB
 * @param requestBody most bytes of a body that is read to be thrown away; a longer one costs the
 *     client its connection. Default 16 KiB
 * @param ranges most ranges of one request; with more the whole blob is sent. Default 1024
 * @param tags most tags of one page. Default 10 000
 * @param streams concurrent HTTP/2 streams of one connection. Default 100
 * @param resets HTTP/2 stream resets of one connection in 30 s; lazy snapshotters cut many bodies
 *     short. Default 2000
 */
public record DoorLimits(
    int connections,
    int connectionsPerAddress,
    int requestLine,
    int header,
    int target,
    long requestBody,
    int ranges,
    int tags,
    int streams,
    int resets) {

  /** The documented defaults. */
  public static final DoorLimits DEFAULT =
      new DoorLimits(20_000, 1024, 16 << 10, 40 << 10, 8 << 10, 16 << 10, 1024, 10_000, 100, 2000);

  /** The same with so many connections. */
  DoorLimits connections(int all, int perAddress) {
    return new DoorLimits(
        all, perAddress, requestLine, header, target, requestBody, ranges, tags, streams, resets);
  }
}
