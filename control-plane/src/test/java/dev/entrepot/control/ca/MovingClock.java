package dev.entrepot.control.ca;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Wall time that stands until it is moved. */
final class MovingClock implements InstantSource {
  private volatile Instant now = Instant.parse("2030-01-01T00:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  void advance(Duration by) {
    now = now.plus(by);
  }
}
