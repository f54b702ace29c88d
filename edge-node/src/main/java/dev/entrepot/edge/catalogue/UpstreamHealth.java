package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What the last questions to each upstream have shown, so that the second client does not wait for
 * one that has just let the first one wait.
 *
 * <pre>
 *   well ──slow, failed──▶ away ──answered, or nothing heard for a while──▶ well
 *   well ──throttled──▶ busy ──the pause is over──▶ well
 * </pre>
 */
final class UpstreamHealth {
  private final CatalogueConfig.Absence rules;
  private final ConcurrentMap<String, State> states = new ConcurrentHashMap<>();

  UpstreamHealth(CatalogueConfig.Absence rules) {
    this.rules = rules;
  }

  private sealed interface State {
    record Away(Instant since, Instant probed) implements State {}

    record Busy(Instant since, Duration pause) implements State {}
  }

  Health of(String upstream, Instant now) {
    State state = states.get(upstream);
    return switch (state) {
      case null -> new Health.Well();
      case State.Away(Instant since, Instant probed) ->
          isWithin(since, rules.memory(), now)
              ? new Health.Away(!isWithin(probed, rules.probeEvery(), now))
              : new Health.Well();
      case State.Busy(Instant since, Duration pause) ->
          isWithin(since, pause, now) ? new Health.Busy() : new Health.Well();
    };
  }

  /** Whether the caller is the one who may find out if the upstream is back. */
  boolean claimProbe(String upstream, Instant now) {
    State state = states.get(upstream);
    return !(state instanceof State.Away(Instant since, Instant probed))
        || (!isWithin(probed, rules.probeEvery(), now)
            && states.replace(upstream, state, new State.Away(since, now)));
  }

  void answered(String upstream) {
    states.remove(upstream);
  }

  /** Somebody gave up waiting. */
  void slow(String upstream, Instant now) {
    states.put(upstream, new State.Away(now, now));
  }

  /** A question failed; only failures that speak of the whole upstream count. */
  void failed(String upstream, Failure failure, Instant now) {
    switch (failure) {
      case Failure.OriginBusy(_, Duration retryAfter) ->
          states.put(upstream, new State.Busy(now, atMost(retryAfter)));
      case Failure.OriginUnreachable _, Failure.OriginTimeout _ -> slow(upstream, now);
      case Failure.UnknownManifest _, Failure.UnknownRepository _, Failure.UnknownBlob _ ->
          answered(upstream);
      default -> {} // says nothing of the upstream's health
    }
  }

  private Duration atMost(Duration pause) {
    return pause.compareTo(rules.longestPause()) < 0 ? pause : rules.longestPause();
  }

  /** A beginning in the future means that the clock was set back; then nothing is remembered. */
  private static boolean isWithin(Instant since, Duration length, Instant now) {
    return !now.isBefore(since) && now.isBefore(since.plus(length));
  }
}
