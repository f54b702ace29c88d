package dev.entrepot.loadtest.load.report;

import dev.entrepot.loadtest.load.Comparison;
import dev.entrepot.loadtest.load.Figures;
import dev.entrepot.loadtest.load.Target;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** What there is to tell about a load that is over. */
public sealed interface Report {

  /** {@code pull}, {@code herd} or {@code compare}. */
  String mode();

  /** How it was set up, by name, in the order in which to tell it. Holds no secrets. */
  Map<String, String> settings();

  /** Whether every pull came and every hash was right. */
  boolean isRight();

  /** Whether it was ended before its time; it is told as far as it came. */
  boolean isInterrupted();

  /** How many pulls there were, in all. */
  Figures.Pulls pulls();

  /** Whether it ran to its end, and everything that fell due by the clock was begun. */
  default boolean isComplete() {
    return !isInterrupted() && pulls().notBegun() == 0;
  }

  /**
   * A load on one target.
   *
   * @param upstreamBytes what its edges fetched meanwhile, if they were asked
   */
  record OfLoad(
      String mode,
      Map<String, String> settings,
      Target target,
      Figures figures,
      OptionalLong upstreamBytes,
      boolean isInterrupted)
      implements Report {
    public OfLoad {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    @Override
    public Figures.Pulls pulls() {
      return figures.pulls();
    }

    @Override
    public boolean isRight() {
      return figures.isRight();
    }
  }

  /** A comparison of two targets. */
  record OfComparison(Map<String, String> settings, Comparison comparison, boolean isInterrupted)
      implements Report {
    public OfComparison {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    @Override
    public String mode() {
      return "compare";
    }

    @Override
    public Figures.Pulls pulls() {
      return comparison.pulls();
    }

    @Override
    public boolean isRight() {
      return comparison.isRight();
    }
  }
}
