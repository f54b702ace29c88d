package dev.entrepot.edge.catalogue;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.store.DiskRoom;
import dev.entrepot.edge.store.KeyValueStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists by the same rules as tags: fresh ones are served, stale ones confirmed, and served when the
 * upstream is slow, throttling, failing or away. One conversation about a list at a time.
 */
final class Listings {
  private static final Logger LOG = LoggerFactory.getLogger(Listings.class);

  private final Recall<Question, Listing> held;
  private final KeyValueStore store;
  private final DiskRoom disk;
  private final AskMemory memory;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final Coalescer<Question, Listing> asking = new Coalescer<>();

  Listings(
      Recall<Question, Listing> held,
      KeyValueStore store,
      DiskRoom disk,
      AskMemory memory,
      Scheduler scheduler,
      InstantSource clock) {
    this.held = held;
    this.store = store;
    this.disk = disk;
    this.memory = memory;
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** A list and how it came about. */
  record Listed(byte[] body, CacheStatus status) {}

  /** The list that answers a question; {@code origin} asks the upstream for its body. */
  Future<Listed> get(Question question, FreshnessRules rules, Supplier<Future<byte[]>> origin) {
    return held.get(question).compose(known -> act(question, rules, origin, known));
  }

  private Future<Listed> act(
      Question question,
      FreshnessRules rules,
      Supplier<Future<byte[]>> origin,
      Optional<Listing> known) {
    Instant now = clock.instant();
    String upstream = question.repository().upstream();
    Freshness.Facts facts = facts(question, known);
    return switch (Freshness.decide(facts, rules, memory.health().of(upstream, now), now)) {
      case Decision.Serve(Decision.Age age) -> serve(known, age);
      case Decision.ServeAndRefresh(Decision.Age age) -> {
        if (memory.health().claimProbe(upstream, now)) {
          join(question, rules, origin)
              .outcome()
              .onFailure(cause -> LOG.debug("{} stays as it is: {}", question, cause.toString()));
        }
        yield serve(known, age);
      }
      case Decision.Ask(Optional<Decision.Fallback> fallback) ->
          ask(question, rules, origin, known, fallback);
      case Decision.Refuse(Failure failure) -> Future.failedFuture(failure.asException());
    };
  }

  private Freshness.Facts facts(Question question, Optional<Listing> known) {
    return new Freshness.Facts(
        question.repository().upstream(),
        known.map(Listing::confirmedAt),
        memory.negative(question));
  }

  private static Future<Listed> serve(Optional<Listing> known, Decision.Age age) {
    CacheStatus hit = CacheStatus.hit(age.since());
    return Future.succeededFuture(
        new Listed(
            known.orElseThrow().body(), age.stale() ? hit.with(CacheStatus.Detail.STALE) : hit));
  }

  private Future<Listed> ask(
      Question question,
      FreshnessRules rules,
      Supplier<Future<byte[]>> origin,
      Optional<Listing> known,
      Optional<Decision.Fallback> fallback) {
    Coalescer.Joined<Listing> asked = join(question, rules, origin);
    CacheStatus.Outcome outcome =
        known.isPresent() ? CacheStatus.Outcome.REVALIDATED : CacheStatus.Outcome.MISS;
    CacheStatus status =
        CacheStatus.of(outcome)
            .stored(true)
            .collapsed(asked.collapsed())
            .with(CacheStatus.Detail.UPSTREAM);
    Future<Listed> answer =
        asked
            .outcome()
            .map(listing -> new Listed(listing.body(), status))
            .recover(cause -> afterFailure(question, known, cause, rules));
    return fallback
        .map(stale -> within(stale, answer, serve(known, stale.age()), question))
        .orElse(answer);
  }

  private Future<Listed> afterFailure(
      Question question, Optional<Listing> known, Throwable cause, FreshnessRules rules) {
    Failure failure = PullException.failureOf(cause);
    if (isGone(failure) && !rules.keepOn404()) {
      return Future.failedFuture(cause);
    }
    return switch (Freshness.afterFailure(
        facts(question, known), failure, rules, clock.instant())) {
      case Decision.Serve(Decision.Age age) -> serve(known, age);
      default -> Future.failedFuture(cause);
    };
  }

  /** Waits so long for an answer, then gives the stale one; the asking goes on. */
  private Future<Listed> within(
      Decision.Fallback stale, Future<Listed> answer, Future<Listed> instead, Question question) {
    if (answer.isComplete()) {
      return answer;
    }
    Promise<Listed> first = Promise.promise();
    Scheduler.Timer patience =
        scheduler.after(
            stale.patience(),
            () -> {
              if (first.tryComplete(instead.result())) {
                memory.health().slow(question.repository().upstream(), clock.instant());
              }
            });
    answer.onComplete(end -> {
      patience.cancel();
      if (end.succeeded()) {
        first.tryComplete(end.result());
      } else {
        first.tryFail(end.cause());
      }
    });
    return first.future();
  }

  private Coalescer.Joined<Listing> join(
      Question question, FreshnessRules rules, Supplier<Future<byte[]>> origin) {
    return asking.join(
        question,
        () -> {
          Instant askedAt = clock.instant();
          Duration missing = rules.negative();
          return memory
              .noting(question, missing, origin.get())
              .compose(body -> keep(question, new Listing(askedAt, body)))
              .recover(cause -> settle(question, cause, rules));
        });
  }

  private Future<Listing> keep(Question question, Listing listing) {
    return disk.call(() -> {
      try {
        store.write(List.of(ListIndex.put(question, listing)), false);
      } catch (RuntimeException e) {
        LOG.warn("a list cannot be written to disk: {}", e.toString());
      }
      held.put(question, listing);
      return listing;
    });
  }

  /** A repository that is gone takes its lists along. */
  private Future<Listing> settle(Question question, Throwable cause, FreshnessRules rules) {
    if (!isGone(PullException.failureOf(cause)) || rules.keepOn404()) {
      return Future.failedFuture(cause);
    }
    return disk.<Boolean>call(
            () -> {
              store.write(List.of(ListIndex.delete(question)), false);
              held.forget(question);
              return true;
            })
        .transform(_ -> Future.failedFuture(cause));
  }

  private static boolean isGone(Failure failure) {
    return failure instanceof Failure.UnknownRepository
        || failure instanceof Failure.UnknownManifest;
  }
}
