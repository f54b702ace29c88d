package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.edge.upstream.Exchange.Received;
import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * One address of an upstream: authentication, retries, the breaker and the pauses it asks for. What
 * kind of authentication it wants is learnt from its first challenge and then offered at once.
 */
final class Mirror {
  private final UpstreamConfig config;
  private final UpstreamSettings settings;
  private final Target base;
  private final Realms realms;
  private final Exchange exchange;
  private final Tokens tokens;
  private final Breaker breaker;
  private final RetryBudget budget;
  private final Vertx vertx;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final UpstreamObserver observer;
  private final Map<Kind, Instant> pausedUntil = new ConcurrentHashMap<>();
  private volatile Scheme scheme = new Scheme.Open();

  /** What the mirror wants to see. */
  private sealed interface Scheme {
    record Open() implements Scheme {}

    record Basic() implements Scheme {}

    record Bearer(Target realm, String service) implements Scheme {}
  }

  /**
   * A question for a mirror.
   *
   * @param path behind {@code /v2/}, with the query
   * @param scope what a token must be for
   * @param anonymous whether credentials are kept back
   */
  record Question(
      Kind kind,
      HttpMethod method,
      String path,
      Map<String, String> headers,
      String scope,
      boolean anonymous) {}

  private record Authorized(Optional<String> header, Optional<Tokens.Key> key) {
    static final Authorized NOT = new Authorized(Optional.empty(), Optional.empty());
  }

  Mirror(
      UpstreamConfig config,
      UpstreamSettings settings,
      Target base,
      Realms realms,
      Exchange exchange,
      Tokens tokens,
      Vertx vertx,
      InstantSource clock,
      RandomGenerator random,
      UpstreamObserver observer) {
    this.config = config;
    this.settings = settings;
    this.base = base;
    this.realms = realms;
    this.exchange = exchange;
    this.tokens = tokens;
    this.vertx = vertx;
    this.clock = clock;
    this.random = random;
    this.observer = observer;
    this.breaker = new Breaker(settings.breakAfter(), settings.probeAfter(), clock);
    this.budget = new RetryBudget(settings.retryShare());
  }

  /**
   * Asks. Completes with any answer but 429 and 5xx; fails with {@code OriginBusy}, {@code
   * OriginUnreachable}, {@code OriginTimeout} or {@code OriginLied}.
   */
  Future<Received> ask(Question question) {
    budget.request();
    return attempt(question, 1);
  }

  private Future<Received> attempt(Question question, int number) {
    Duration pause = pause(question.kind());
    if (pause.isPositive()) {
      return waitOrFail(question, number, pause);
    }
    if (!breaker.admit()) {
      return Future.failedFuture(
          unreachable(base.authority() + " has failed repeatedly and is left alone for a moment"));
    }
    return authorize(question)
        .compose(authorized -> exchange(question, authorized, true))
        .compose(received -> judge(question, received))
        .recover(cause -> afterFailure(question, number, cause));
  }

  /** A short pause is waited for once; a longer one is the client's matter. */
  private Future<Received> waitOrFail(Question question, int number, Duration pause) {
    if (number > 1 || pause.compareTo(settings.quotaWait()) > 0) {
      return Future.failedFuture(new Failure.OriginBusy(config.name(), pause).asException());
    }
    return after(pause.plusMillis(random.nextLong(200)))
        .compose(_ -> attempt(question, number + 1));
  }

  private Duration pause(Kind kind) {
    Instant until = pausedUntil.get(kind);
    return until == null ? Duration.ZERO : Duration.between(clock.instant(), until);
  }

  private Future<Received> afterFailure(Question question, int number, Throwable cause) {
    if (cause instanceof Tokens.TokenRefused) {
      return Future.failedFuture(cause);
    }
    Failure failure = PullException.failureOf(cause);
    boolean passing =
        failure instanceof Failure.OriginUnreachable || failure instanceof Failure.OriginTimeout;
    if (passing && breaker.failed()) {
      observer.breaker(config.name(), true);
    }
    if (passing && number < settings.attempts() && budget.retry() && !breaker.isOpen()) {
      return after(backoff(number)).compose(_ -> attempt(question, number + 1));
    }
    return Future.failedFuture(cause);
  }

  private Future<Received> judge(Question question, Received received) {
    int status = received.status();
    observer.answered(config.name(), question.kind(), status);
    tellQuota(received);
    if (status == 429) {
      Duration pause = RetryAfter.of(received.header("retry-after"), settings, clock.instant());
      pausedUntil.put(question.kind(), clock.instant().plus(pause));
      received.discard();
      return Future.failedFuture(new Failure.OriginBusy(config.name(), pause).asException());
    }
    if (status >= 500) {
      received.discard();
      return Future.failedFuture(unreachable(base.authority() + " answered " + status));
    }
    if (breaker.well()) {
      observer.breaker(config.name(), false);
    }
    return Future.succeededFuture(received);
  }

  private Future<Received> exchange(Question question, Authorized authorized, boolean mayTryAgain) {
    Map<String, String> headers = new HashMap<>(question.headers());
    headers.put("Accept-Encoding", "identity");
    headers.put("User-Agent", "entrepot");
    return exchange
        .send(
            new Exchange.Ask(
                question.method(),
                base.at(base.file() + "v2/" + question.path()),
                headers,
                authorized.header(),
                settings.firstByte(),
                true))
        .compose(received ->
            received.status() == 401 && mayTryAgain && received.from().isSameOrigin(base)
                ? challenged(question, authorized, received)
                : Future.succeededFuture(received));
  }

  /** Learns what is wanted and asks once more; a token that was refused is not used again. */
  private Future<Received> challenged(Question question, Authorized sent, Received received) {
    sent.key().ifPresent(key -> tokens.refused(key, sent.header().orElse("")));
    Optional<Challenge> bearer = challenge("bearer", received);
    if (bearer.isPresent()) {
      Optional<Target> realm = bearer.get().parameter("realm").flatMap(Target::parse);
      if (realm.filter(realms::mayAsk).isEmpty()) {
        received.discard();
        return Future.failedFuture(foreignRealm(realm));
      }
      scheme = new Scheme.Bearer(realm.get(), bearer.get().parameter("service").orElse(""));
    } else if (challenge("basic", received).isPresent() && sent.header().isEmpty()) {
      scheme = new Scheme.Basic();
    } else {
      return Future.succeededFuture(received);
    }
    return authorize(question)
        .compose(authorized -> {
          if (authorized.header().isEmpty()) {
            return Future.succeededFuture(received);
          }
          received.discard();
          return exchange(question, authorized, false);
        });
  }

  private static Optional<Challenge> challenge(String scheme, Received received) {
    String header = String.join(", ", received.response().headers().getAll("www-authenticate"));
    return Challenge.find(scheme, header);
  }

  private PullException foreignRealm(Optional<Target> realm) {
    String where = realm.map(Target::authority).orElse("an unreadable address");
    return new Failure.OriginLied(
            config.name(),
            "wants a token from "
                + where
                + ", which is neither one of its own hosts nor in its token-realms")
        .asException();
  }

  private Future<Authorized> authorize(Question question) {
    Optional<UpstreamConfig.Credentials> account =
        question.anonymous() ? Optional.empty() : config.credentials();
    return switch (scheme) {
      case Scheme.Open _ -> Future.succeededFuture(Authorized.NOT);
      case Scheme.Basic _ ->
          Future.succeededFuture(new Authorized(account.map(Basic::of), Optional.empty()));
      case Scheme.Bearer(Target realm, String service) -> {
        Tokens.Key key = new Tokens.Key(realm, service, question.scope(), account);
        yield tokens
            .authorization(key)
            .map(header -> new Authorized(Optional.of(header), Optional.of(key)));
      }
    };
  }

  private void tellQuota(Received received) {
    Optional<Long> limit = received.header("ratelimit-limit").flatMap(Mirror::quota);
    Optional<Long> remaining = received.header("ratelimit-remaining").flatMap(Mirror::quota);
    if (limit.isPresent() && remaining.isPresent()) {
      observer.quota(config.name(), limit.get(), remaining.get());
    }
  }

  /** {@code 100;w=21600}: a number, and the window that it is for. */
  private static Optional<Long> quota(String value) {
    int end = value.indexOf(';');
    String number = (end < 0 ? value : value.substring(0, end)).strip();
    return number.matches("\\d{1,15}") ? Optional.of(Long.parseLong(number)) : Optional.empty();
  }

  boolean isOpen() {
    return breaker.isOpen();
  }

  private Duration backoff(int number) {
    long most =
        Math.min(
            settings.backoffMost().toMillis(),
            settings.backoff().toMillis() << Math.min(number - 1, 16));
    return Duration.ofMillis(1 + random.nextLong(most + 1));
  }

  private Future<Void> after(Duration delay) {
    Promise<Void> promise = Promise.promise();
    vertx.setTimer(Math.max(1, delay.toMillis()), _ -> promise.complete());
    return promise.future();
  }

  private PullException unreachable(String detail) {
    return new Failure.OriginUnreachable(config.name(), detail).asException();
  }
}
