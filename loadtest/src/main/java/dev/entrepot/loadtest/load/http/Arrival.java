package dev.entrepot.loadtest.load.http;

import java.util.Optional;

/**
 * A body that has arrived.
 *
 * @param contentType as sent, empty if not
 * @param digest the value of {@code Docker-Content-Digest}, if sent
 * @param bytes its length
 * @param firstByteAt when its first piece was there, on {@link System#nanoTime}; when its head was,
 *     for an empty body
 */
public record Arrival(String contentType, Optional<String> digest, long bytes, long firstByteAt) {

  /** Notes what arrives. */
  static final class Clock {
    private long bytes;
    private long firstByteAt;

    Clock(long headAt) {
      this.firstByteAt = headAt;
    }

    void received(int length) {
      if (bytes == 0) {
        firstByteAt = System.nanoTime();
      }
      bytes += length;
    }

    Arrival arrival(Head head) {
      return new Arrival(
          head.first("Content-Type").orElse(""),
          head.first("Docker-Content-Digest"),
          bytes,
          firstByteAt);
    }
  }
}
