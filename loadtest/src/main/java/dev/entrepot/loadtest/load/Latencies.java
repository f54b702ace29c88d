package dev.entrepot.loadtest.load;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.AbstractHistogram;

/**
 * Times of one span, in nanoseconds, precise to three digits.
 *
 * @param count how many were timed
 * @param points values at rising percentiles, the last at 100
 */
public record Latencies(long count, double mean, long min, long max, List<Point> points) {
  private static final List<Double> PERCENTILES =
      List.of(1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.99, 100.0);

  public Latencies {
    points = List.copyOf(points);
  }

  /** A value that so many percent of the times do not exceed. */
  public record Point(double percentile, long nanos) {}

  static Latencies of(AbstractHistogram histogram) {
    List<Point> points = new ArrayList<>();
    for (double percentile : PERCENTILES) {
      points.add(new Point(percentile, histogram.getValueAtPercentile(percentile)));
    }
    long count = histogram.getTotalCount();
    long min = count == 0 ? 0 : histogram.getMinValue();
    return new Latencies(count, histogram.getMean(), min, histogram.getMaxValue(), points);
  }

  /** The value at one of the percentiles that are kept. */
  public long at(double percentile) {
    return points.stream()
        .filter(point -> point.percentile() >= percentile)
        .mapToLong(Point::nanos)
        .findFirst()
        .orElse(max);
  }
}
