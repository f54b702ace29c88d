package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides, from facts alone, what to do about a tag, a tag list or an index of referrers. Asks no
 * clock and opens no socket.
 *
 * <pre>
 *   confirmed      + tag        + stale-while-revalidate          + stale-if-error (from tag)
 *       ├── serve ──┤── serve, refresh ──┤── ask, or stale after a patience ──┤── ask ──▶
 * </pre>
 */
final class Freshness {
  private Freshness() {}

  /**
   * What is known when somebody asks.
   *
   * @param upstream whom the answer comes from
   * @param confirmedAt when the upstream confirmed the held answer; empty when none is held, or
   *     none that may be served
   * @param negative the last failure to learn it
   */
  record Facts(String upstream, Optional<Instant> confirmedAt, Optional<Negative> negative) {}

  static Decision decide(Facts facts, FreshnessRules rules, Health health, Instant now) {
    Optional<Failure> recent =
        facts.negative().filter(negative -> negative.holds(now)).map(Negative::failure);
    return facts
        .confirmedAt()
        .map(confirmedAt -> aboutHeld(age(confirmedAt, rules, now), recent, rules, health))
        .orElseGet(() -> aboutNothing(facts.upstream(), recent, rules));
  }

  /**
   * What to do after the upstream was asked and failed: give the held answer if it may still be
   * given, otherwise pass the failure on.
   */
  static Decision afterFailure(Facts facts, Failure failure, FreshnessRules rules, Instant now) {
    return facts
        .confirmedAt()
        .map(confirmedAt -> age(confirmedAt, rules, now))
        .filter(age -> outlivesErrors(age, rules))
        .<Decision>map(Decision.Serve::new)
        .orElseGet(() -> new Decision.Refuse(failure));
  }

  private static Decision aboutNothing(
      String upstream, Optional<Failure> recent, FreshnessRules rules) {
    if (rules.offline()) {
      return new Decision.Refuse(offline(upstream));
    }
    return recent
        .<Decision>map(Decision.Refuse::new)
        .orElseGet(() -> new Decision.Ask(Optional.empty()));
  }

  private static Decision aboutHeld(
      Decision.Age age, Optional<Failure> recent, FreshnessRules rules, Health health) {
    if (!age.stale() || rules.offline()) {
      return new Decision.Serve(age);
    }
    if (!isInGrace(age, rules) && !outlivesErrors(age, rules)) {
      return recent
          .<Decision>map(Decision.Refuse::new)
          .orElseGet(() -> new Decision.Ask(Optional.empty()));
    }
    return recent.isPresent() ? new Decision.Serve(age) : aboutStale(age, rules, health);
  }

  private static Decision aboutStale(Decision.Age age, FreshnessRules rules, Health health) {
    return switch (health) {
      case Health.Busy _ -> new Decision.Serve(age);
      case Health.Away(boolean probeDue) ->
          probeDue ? new Decision.ServeAndRefresh(age) : new Decision.Serve(age);
      case Health.Well _ ->
          isInGrace(age, rules)
              ? new Decision.ServeAndRefresh(age)
              : new Decision.Ask(Optional.of(new Decision.Fallback(age, rules.askBudget())));
    };
  }

  /**
   * A confirmation from the future says nothing, for the clock was wrong then or is now: it counts
   * as one whose freshness has just ended.
   */
  private static Decision.Age age(Instant confirmedAt, FreshnessRules rules, Instant now) {
    Duration since = Duration.between(confirmedAt, now);
    return since.isNegative()
        ? new Decision.Age(rules.tag(), true)
        : new Decision.Age(since, since.compareTo(rules.tag()) >= 0);
  }

  private static boolean isInGrace(Decision.Age age, FreshnessRules rules) {
    return isWithin(age, rules.tag().plus(rules.staleWhileRevalidate()));
  }

  private static boolean outlivesErrors(Decision.Age age, FreshnessRules rules) {
    return isWithin(age, rules.tag().plus(rules.staleIfError()));
  }

  private static boolean isWithin(Decision.Age age, Duration limit) {
    return age.since().compareTo(limit) < 0;
  }

  static Failure offline(String upstream) {
    return new Failure.OriginUnreachable(upstream, "configured as offline, and nothing is kept");
  }
}
