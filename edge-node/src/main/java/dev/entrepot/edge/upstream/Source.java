package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.Failure.OriginDenied;
import dev.entrepot.common.failure.Failure.UnknownRepository;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.upstream.Dance.Question;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** One url of an upstream: asks it, understands its errors, and asks again what may be. */
final class Source {
  private final Vertx vertx;
  private final Target base;
  private final Dance dance;
  private final Throttle throttle;
  private final Breakers breakers;
  private final RetryBudget budget;
  private final Bodies bodies;
  private final UpstreamSettings settings;
  private final UpstreamObserver observer;
  private final Failures failures;
  private final Optional<Credentials> ours;
  private volatile OptionalLong quotaRemaining = OptionalLong.empty();

  /** What is asked about, for failures: {@code missing} is the one for a 404. */
  record Subject(Repository repository, Failure missing) {}

  Source(
      Vertx vertx,
      Target base,
      Dance dance,
      Throttle throttle,
      Breakers breakers,
      RetryBudget budget,
      Bodies bodies,
      UpstreamSettings settings,
      UpstreamObserver observer,
      Failures failures,
      Optional<Credentials> ours) {
    this.vertx = vertx;
    this.base = base;
    this.dance = dance;
    this.throttle = throttle;
    this.breakers = breakers;
    this.budget = budget;
    this.bodies = bodies;
    this.settings = settings;
    this.observer = observer;
    this.failures = failures;
    this.ours = ours;
  }

  /** Something below this url, such as {@code /v2/library/alpine/tags/list}. */
  Target at(String path) {
    return base.at(base.requestUri() + path);
  }

  boolean isOpen() {
    return breakers.isOpen(base);
  }

  /** Until when our own questions must wait. */
  Optional<Instant> busyUntil() {
    return throttle.busyUntil(ours);
  }

  /** Whether its token service gives tokens for a repository to those without any account. */
  Future<Boolean> givesTokensToAnyone(Repository repository) {
    return dance.givesTokensToAnyone(repository);
  }

  OptionalLong quotaRemaining() {
    return quotaRemaining;
  }

  /**
   * Asks once. What comes back is a success, 304, 416, or a status between 400 and 499 that has no
   * meaning of its own; everything else has become a failure.
   */
  Future<Reply> ask(Ask ask, Target target, Subject subject, Optional<Credentials> account) {
    return throttle
        .check(ask.kind(), account)
        .compose(_ -> dance.ask(new Question(ask, target, subject.repository(), account)))
        .compose(reply -> understood(ask, reply, subject, account));
  }

  /** Asks again, after a pause, while it fails in a way that may pass. */
  <T> Future<T> persist(Deadline deadline, Supplier<Future<T>> asking) {
    budget.asked();
    return attempt(deadline, asking, 1);
  }

  private <T> Future<T> attempt(Deadline deadline, Supplier<Future<T>> asking, int number) {
    return asking
        .get()
        .recover(cause ->
            Failures.isPassing(cause) && mayRetry(deadline, number)
                ? pause(number).compose(_ -> attempt(deadline, asking, number + 1))
                : Future.failedFuture(cause));
  }

  private boolean mayRetry(Deadline deadline, int number) {
    return number < settings.retries().attempts()
        && !deadline.passed()
        && !isOpen()
        && budget.take();
  }

  private Future<Void> pause(int number) {
    UpstreamRetries retries = settings.retries();
    long ceiling =
        Math.min(
            retries.backoffCap().toMillis(),
            retries.backoffBase().toMillis() << Math.min(number - 1, 20));
    return vertx.timer(Math.max(1, ThreadLocalRandom.current().nextLong(ceiling + 1))).mapEmpty();
  }

  private Future<Reply> understood(
      Ask ask, Reply reply, Subject subject, Optional<Credentials> account) {
    if (!reply.isStorage() && account.isPresent() == ours.isPresent()) {
      Quota.of(reply).ifPresent(this::note);
    }
    int status = reply.status();
    if (status < 400 && !Hops.isRedirect(reply)) {
      return Future.succeededFuture(reply);
    }
    if (status >= 500 || status == 408) {
      return failed(ask, reply, failures.unreachable(reply.from() + " answered " + status));
    }
    if (status == 429) {
      return failed(ask, reply, throttle.stop(ask.kind(), account, reply));
    }
    if (reply.isStorage() && status != 416) {
      // A store's errors are about a signature, not about the registry's content.
      return ask.isHead()
          ? Future.succeededFuture(reply)
          : failed(ask, reply, failures.unreachable(reply.from() + " answered " + status));
    }
    return refused(ask, reply, subject);
  }

  private Future<Reply> refused(Ask ask, Reply reply, Subject subject) {
    return switch (reply.status()) {
      case 401, 403 ->
          failed(
              ask,
              reply,
              new OriginDenied(subject.repository(), reply.from() + " answered " + reply.status())
                  .asException());
      case 404 ->
          missing(ask, reply, subject)
              .compose(failure -> Future.failedFuture(failure.asException()));
      default -> Future.succeededFuture(reply);
    };
  }

  private Future<Failure> missing(Ask ask, Reply reply, Subject subject) {
    if (ask.isHead()) {
      bodies.discard(ask, reply);
      return Future.succeededFuture(subject.missing());
    }
    return bodies
        .small(ask, reply, settings.bounds().error())
        .map(Source::isNameUnknown)
        .otherwise(false)
        .map(unknown ->
            unknown && !(subject.missing() instanceof Failure.UnsupportedByOrigin)
                ? new UnknownRepository(subject.repository())
                : subject.missing());
  }

  private static boolean isNameUnknown(byte[] bytes) {
    try {
      JsonArray errors = new JsonObject(Buffer.buffer(bytes)).getJsonArray("errors");
      return errors != null
          && !errors.isEmpty()
          && errors.getValue(0) instanceof JsonObject error
          && "NAME_UNKNOWN".equals(error.getValue("code"));
    } catch (DecodeException | ClassCastException _) {
      return false;
    }
  }

  private Future<Reply> failed(Ask ask, Reply reply, Throwable cause) {
    bodies.discard(ask, reply);
    return Future.failedFuture(cause);
  }

  private void note(Quota quota) {
    quotaRemaining = quota.remaining();
    observer.quota(failures.upstream(), quota.limit(), quota.remaining(), quota.reset());
  }

  /** The failure for a status that has no meaning here; lets go of the answer. */
  <T> Future<T> senseless(Ask ask, Reply reply, Subject subject) {
    bodies.discard(ask, reply);
    String detail = reply.from() + " answered " + reply.status();
    return Future.failedFuture(
        reply.status() < 400
            ? failures.lied(detail)
            : new OriginDenied(subject.repository(), detail).asException());
  }

  /** How long a busy url wants us to wait, if the failure says so. */
  static Optional<Duration> busyFor(Throwable cause) {
    return dev.entrepot.common.failure.PullException.failureOf(cause)
            instanceof Failure.OriginBusy busy
        ? Optional.of(busy.retryAfter())
        : Optional.empty();
  }
}
