package dev.entrepot.loadtest.load;

import java.util.OptionalDouble;
import java.util.function.Function;

/** What a comparison tells of a round. */
public enum Metric {
  THROUGHPUT("throughput", "MB/s"),
  REQUESTS("requests", "/s"),
  PULLS("pulls", "/s"),
  P50("pull p50", "ms"),
  P99("pull p99", "ms"),
  P999("pull p99.9", "ms"),
  CPU_PER_GB("server CPU per GB", "s"),
  CPU_PER_1000_REQUESTS("server CPU per 1000 requests", "s"),
  RSS("server RSS", "MB"),
  RSS_ANON("server RssAnon", "MB");

  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;
  private static final double THOUSAND = 1e3;
  private static final double NANOS_PER_MILLI = 1e6;

  private final String label;
  private final String unit;

  Metric(String label, String unit) {
    this.label = label;
    this.unit = unit;
  }

  /** The name in tables and JSON. */
  public String label() {
    return label;
  }

  /** The unit of its values. */
  public String unit() {
    return unit;
  }

  /** Its value in a round; empty when that round cannot tell. */
  public OptionalDouble of(Round round) {
    return switch (this) {
      case THROUGHPUT -> of(round.figures().bytesPerSecond() / MEGA);
      case REQUESTS -> of(round.figures().requestsPerSecond());
      case PULLS -> of(round.figures().pullsPerSecond());
      case P50 -> percentile(round, 50);
      case P99 -> percentile(round, 99);
      case P999 -> percentile(round, 99.9);
      case CPU_PER_GB -> cpuPer(round, wire(round).bytes() / GIGA);
      case CPU_PER_1000_REQUESTS -> cpuPer(round, wire(round).requests() / THOUSAND);
      case RSS -> use(round, use -> use.rss() / MEGA);
      case RSS_ANON -> use(round, use -> use.rssAnon() / MEGA);
    };
  }

  private static OptionalDouble of(double value) {
    return OptionalDouble.of(value);
  }

  private static OptionalDouble percentile(Round round, double percentile) {
    Latencies pull = round.figures().of(Span.PULL);
    return pull.count() == 0 ? OptionalDouble.empty() : of(pull.at(percentile) / NANOS_PER_MILLI);
  }

  private static Figures.Wire wire(Round round) {
    return round.figures().wire();
  }

  private static OptionalDouble cpuPer(Round round, double amount) {
    return amount > 0 ? use(round, use -> use.cpuSeconds() / amount) : OptionalDouble.empty();
  }

  private static OptionalDouble use(Round round, Function<Round.Use, Double> reading) {
    return round.use().map(reading).map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }
}
