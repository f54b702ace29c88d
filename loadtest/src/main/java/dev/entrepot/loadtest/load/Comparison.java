package dev.entrepot.loadtest.load;

import dev.entrepot.common.config.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The same load put on two targets in turn: A B, B A, A B, … so that what changes on the machine
 * with time falls on both. Ratios are taken within each round.
 */
public record Comparison(Target a, Target b, List<Round> roundsOfA, List<Round> roundsOfB) {
  public Comparison {
    roundsOfA = List.copyOf(roundsOfA);
    roundsOfB = List.copyOf(roundsOfB);
  }

  /**
   * How to compare.
   *
   * @param load of one round on one target
   * @param rounds how many pairs
   * @param warmUp how long each target is loaded before the first round, without being counted
   */
  public record Plan(PullPlan load, int rounds, Duration warmUp) {}

  /**
   * Runs all rounds; those that are whole when this thread is interrupted.
   *
   * @throws Refusal when a process is none or a warm-up goes wrong: nothing is measured then
   */
  public static Comparison run(Plan plan, Target a, Target b, Client client, Progress progress) {
    ProcessUse.of(a.pids());
    ProcessUse.of(b.pids());
    warm(plan, a, client, progress);
    warm(plan, b, client, progress);
    List<Round> ofA = new ArrayList<>();
    List<Round> ofB = new ArrayList<>();
    for (int number = 0; number < plan.rounds(); number++) {
      boolean isAFirst = number % 2 == 0;
      Round first = round(plan, isAFirst ? a : b, client, progress);
      Round second = round(plan, isAFirst ? b : a, client, progress);
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
      ofA.add(isAFirst ? first : second);
      ofB.add(isAFirst ? second : first);
    }
    return new Comparison(a, b, ofA, ofB);
  }

  /** What a target's rounds say, as far as they can tell. */
  public static Optional<Spread> spread(Metric metric, List<Round> rounds) {
    return Spread.of(
        rounds.stream()
            .map(metric::of)
            .filter(OptionalDouble::isPresent)
            .map(OptionalDouble::getAsDouble)
            .toList());
  }

  /** B divided by A, round by round. */
  public Optional<Spread> ratio(Metric metric) {
    return Spread.of(
        IntStream.range(0, roundsOfA.size())
            .mapToObj(
                round -> ratio(metric.of(roundsOfA.get(round)), metric.of(roundsOfB.get(round))))
            .filter(OptionalDouble::isPresent)
            .map(OptionalDouble::getAsDouble)
            .toList());
  }

  /** The pulls of all rounds of both. */
  public Figures.Pulls pulls() {
    return Stream.concat(roundsOfA.stream(), roundsOfB.stream())
        .map(round -> round.figures().pulls())
        .reduce(new Figures.Pulls(0, 0, 0), Figures.Pulls::plus);
  }

  /** Whether every round of both went right. */
  public boolean isRight() {
    return !roundsOfA.isEmpty()
        && roundsOfA.stream().allMatch(round -> round.figures().isRight())
        && roundsOfB.stream().allMatch(round -> round.figures().isRight());
  }

  private static OptionalDouble ratio(OptionalDouble a, OptionalDouble b) {
    return a.isPresent() && b.isPresent() && a.getAsDouble() > 0
        ? OptionalDouble.of(b.getAsDouble() / a.getAsDouble())
        : OptionalDouble.empty();
  }

  /** Warms the server and this program. */
  private static void warm(Plan plan, Target target, Client client, Progress progress) {
    if (plan.warmUp().isZero()) {
      return;
    }
    Figures figures = PullLoad.run(plan.load().lasting(plan.warmUp()), target, client, progress);
    if (!figures.isRight() && !Thread.currentThread().isInterrupted()) {
      throw new Refusal(
          "the warm-up of %s went wrong, such as: %s; nothing was measured"
              .formatted(target.name(), figures.sample()));
    }
  }

  private static Round round(Plan plan, Target target, Client client, Progress progress) {
    if (target.pids().isEmpty()) {
      return new Round(PullLoad.run(plan.load(), target, client, progress), Optional.empty());
    }
    ProcessUse before = ProcessUse.of(target.pids());
    Figures figures = PullLoad.run(plan.load(), target, client, progress);
    ProcessUse after = ProcessUse.of(target.pids());
    return new Round(figures, Optional.of(Round.Use.between(before, after)));
  }
}
