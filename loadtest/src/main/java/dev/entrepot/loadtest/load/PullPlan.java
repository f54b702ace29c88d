package dev.entrepot.loadtest.load;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A load of pulls.
 *
 * @param clients how many pull at the same time
 * @param duration no pull begins later than this after the start
 * @param pulls no more pulls than this
 * @param rate pulls a second that fall due, over all clients; without it each client begins the
 *     next pull when the last is over
 * @param grace how long pulls under way may take after the end
 */
public record PullPlan(
    int clients,
    Duration duration,
    OptionalLong pulls,
    OptionalDouble rate,
    Duration grace,
    Choice choice) {

  /**
   * What each pull takes.
   *
   * @param zipf the exponent of the popularity of images in their order, most popular first;
   *     without it they are taken in turn
   * @param seed of the random choice
   */
  public record Choice(
      List<ImageName> images, OptionalDouble zipf, long seed, What what, Platform platform) {
    public Choice {
      images = List.copyOf(images);
      if (images.isEmpty()) {
        throw new IllegalArgumentException("no image to pull");
      }
    }
  }

  /** The same for another time. */
  PullPlan lasting(Duration other) {
    return new PullPlan(clients, other, pulls, rate, grace, choice);
  }
}
