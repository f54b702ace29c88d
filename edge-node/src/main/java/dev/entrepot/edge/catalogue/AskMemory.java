package dev.entrepot.edge.catalogue;

import com.github.benmanes.caffeine.cache.Cache;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What asking the upstreams has shown lately: which questions failed, and which upstreams are well.
 * In memory only, and bounded.
 */
final class AskMemory {
  private final Cache<Question, Negative> negatives;
  private final NegativeLifetimes lifetimes;
  private final UpstreamHealth health;
  private final InstantSource clock;

  AskMemory(
      Cache<Question, Negative> negatives,
      NegativeLifetimes lifetimes,
      UpstreamHealth health,
      InstantSource clock) {
    this.negatives = negatives;
    this.lifetimes = lifetimes;
    this.health = health;
    this.clock = clock;
  }

  /** The last failure of a question, whether or not it still holds. */
  Optional<Negative> negative(Question question) {
    return Optional.ofNullable(negatives.getIfPresent(question));
  }

  /** A failure of a question that is still to be answered without asking again. */
  Optional<Failure> standingFailure(Question question) {
    Instant now = clock.instant();
    return negative(question).filter(negative -> negative.holds(now)).map(Negative::failure);
  }

  /** Notes how a question ends, and passes the end on. */
  <T> Future<T> noting(Question question, Duration missing, Future<T> asked) {
    return asked
        .onSuccess(_ -> answered(question))
        .onFailure(cause ->
            failed(
                question,
                PullException.failureOf(cause),
                PullException.isHearsay(cause) ? Duration.ZERO : missing));
  }

  UpstreamHealth health() {
    return health;
  }

  /** Lets matching questions be asked again at once. */
  void forget(Predicate<Question> matching) {
    negatives.asMap().keySet().removeIf(matching);
  }

  private void answered(Question question) {
    negatives.invalidate(question);
    health.answered(question.repository().upstream());
  }

  private void failed(Question question, Failure failure, Duration missing) {
    Instant now = clock.instant();
    health.failed(question.repository().upstream(), failure, now);
    Duration lifetime = lifetimes.of(failure, missing);
    if (lifetime.isPositive()) {
      negatives.put(question, new Negative(failure, now, lifetime));
    }
  }
}
