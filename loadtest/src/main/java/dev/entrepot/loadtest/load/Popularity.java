package dev.entrepot.loadtest.load;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which image the nth pull of a load takes; the same for the same plan. For any thread.
 *
 * <p>With Zipf's law the image of rank k (from 1) is drawn with a weight of 1/k^s.
 */
final class Popularity {
  private final int count;
  private final long seed;
  private final double[] cumulated;

  Popularity(PullPlan.Choice choice) {
    this.count = choice.images().size();
    this.seed = choice.seed();
    this.cumulated =
        choice.zipf().isPresent() ? zipf(count, choice.zipf().getAsDouble()) : new double[0];
  }

  /** The index of the image of pull number {@code n}, counted from 0. */
  int choose(long n) {
    if (cumulated.length == 0) {
      return (int) (n % count);
    }
    double drawn = new SplittableRandom(seed + n).nextDouble() * cumulated[count - 1];
    int found = Arrays.binarySearch(cumulated, drawn);
    return Math.min(found < 0 ? -found - 1 : found + 1, count - 1);
  }

  private static double[] zipf(int count, double exponent) {
    double[] sums = new double[count];
    double sum = 0;
    for (int rank = 1; rank <= count; rank++) {
      sum += Math.pow(rank, -exponent);
      sums[rank - 1] = sum;
    }
    return sums;
  }
}
