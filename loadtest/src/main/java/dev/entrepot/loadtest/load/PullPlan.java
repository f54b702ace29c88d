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
 * @param pulls no more pulls than this; for every address of the target if each pulls for itself
 * @param rate pulls a second that fall due, over all clients; without it each client begins the
 *     next pull when the last is over
 * @param grace how long pulls under way may take after the end
 * @param isEach whether each address of the target pulls for itself: its clients take the images in
 *     turn among themselves, and what of {@code pulls} has not begun at the end has failed
 */
public record PullPlan(
    int clients,
    Duration duration,
    OptionalLong pulls,
    OptionalDouble rate,
    Duration grace,
    Choice choice,
    boolean isEach) {
  public PullPlan {
    if (isEach && (pulls.isEmpty() || rate.isPresent())) {
      throw new IllegalArgumentException("each address pulls so often, as fast as it can");
    }
  }

  /** All clients share what there is to pull, whatever address each has. */
  public PullPlan(
      int clients,
      Duration duration,
      OptionalLong pulls,
      OptionalDouble rate,
      Duration grace,
      Choice choice) {
    this(clients, duration, pulls, rate, grace, choice, false);
  }

  /** Every image is pulled once from every address. */
  public static PullPlan each(int clients, Duration duration, Duration grace, Choice choice) {
    OptionalLong once = OptionalLong.of(choice.images().size());
    return new PullPlan(clients, duration, once, OptionalDouble.empty(), grace, choice, true);
  }

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
    return new PullPlan(clients, other, pulls, rate, grace, choice, isEach);
  }
}
