package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Durations;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.PullPlan;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** How many pull, how fast and how long. */
final class PaceOptions {
  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many pull at the same time (${DEFAULT-VALUE}).")
  private int clients = 10;

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      description = "No pull begins later than this: 250ms, 30s, 5m, 2h.")
  private Optional<Duration> duration = Optional.empty();

  @Option(names = "--pulls", paramLabel = "N", description = "No more pulls than this.")
  private Optional<Long> pulls = Optional.empty();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "So many pulls a second fall due, over all clients, whatever the server does;"
              + " latency counts from then. Otherwise each client pulls as fast as it can.")
  private Optional<Double> rate = Optional.empty();

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "How long pulls under way may take after the end (${DEFAULT-VALUE}).")
  private Duration grace = Duration.ofSeconds(30);

  /**
   * @param usual how long a load is when nothing bounds it
   */
  PullPlan plan(Duration usual, PullPlan.Choice choice) {
    OptionalLong most =
        pulls
            .map(it -> OptionalLong.of(Words.positive("--pulls", it)))
            .orElse(OptionalLong.empty());
    OptionalDouble perSecond =
        rate.map(it -> OptionalDouble.of(Words.positive("--rate", it)))
            .orElse(OptionalDouble.empty());
    Duration bound = most.isPresent() ? Durations.UNLIMITED : usual;
    return new PullPlan(
        Words.clients(clients),
        Words.positive("--duration", duration.orElse(bound)),
        most,
        perSecond,
        grace,
        choice);
  }

  /**
   * Every image once from every target.
   *
   * @throws Refusal when there is an option that would leave some out, or a target without a client
   */
  PullPlan each(int targets, PullPlan.Choice choice) {
    if (pulls.isPresent() || rate.isPresent() || choice.zipf().isPresent()) {
      throw new Refusal(
          "--each pulls every image once from every target; leave --pulls, --rate and --zipf away");
    }
    if (Words.clients(clients) < targets) {
      throw new Refusal(
          "--clients %d are too few for %d targets; --each needs one for each"
              .formatted(clients, targets));
    }
    Duration bound = Words.positive("--duration", duration.orElse(Durations.UNLIMITED));
    return PullPlan.each(clients, bound, grace, choice);
  }

  /** Adds how it was set up, in words. */
  void tell(PullPlan plan, Map<String, String> into) {
    String pace = rate.map(it -> it + " pulls due a second").orElse("as fast as they can");
    into.put("clients", clients + ", " + pace);
    String most = pulls.map(it -> it + " pulls, ").orElse("");
    into.put("at most", most + Durations.print(plan.duration()));
    if (plan.isEach()) {
      into.put("each", "every image once from every target");
    }
  }
}
