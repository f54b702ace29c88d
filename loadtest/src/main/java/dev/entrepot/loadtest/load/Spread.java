package dev.entrepot.loadtest.load;

import java.util.List;
import java.util.Optional;

/** Several values of the same thing: the middle one and the outermost. */
public record Spread(double median, double least, double most) {

  /** Of these values; empty when there are none. */
  static Optional<Spread> of(List<Double> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return Optional.of(new Spread(median, sorted.getFirst(), sorted.getLast()));
  }
}
