package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Tokens by realm, service, scope and account (distribution token specification). One request at a
 * time for each; a token is used until shortly before it expires.
 */
final class Tokens {
  private static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(60);
  private static final Duration LONGEST_LIFETIME = Duration.ofHours(12);
  private static final int MOST_KEPT = 10_000;

  private final String upstream;
  private final UpstreamSettings settings;
  private final InstantSource clock;
  private final Function<Exchange.Ask, Future<Answer>> wire;
  private final Map<Key, Token> kept = new ConcurrentHashMap<>();
  private final Map<Key, Future<Token>> asking = new ConcurrentHashMap<>();

  /** What a token is for. */
  record Key(
      Target realm, String service, String scope, Optional<UpstreamConfig.Credentials> account) {}

  /** A small answer, read whole. */
  record Answer(int status, Optional<String> retryAfter, Buffer body) {}

  private record Token(String value, Instant goodUntil) {
    @Override
    public String toString() {
      return "Token(" + goodUntil + ")";
    }
  }

  Tokens(
      String upstream,
      UpstreamSettings settings,
      InstantSource clock,
      Function<Exchange.Ask, Future<Answer>> wire) {
    this.upstream = upstream;
    this.settings = settings;
    this.clock = clock;
    this.wire = wire;
  }

  /** A token as the value of {@code Authorization}. */
  Future<String> authorization(Key key) {
    Token token = kept.get(key);
    if (token != null && clock.instant().isBefore(token.goodUntil())) {
      return Future.succeededFuture("Bearer " + token.value());
    }
    return ask(key).map(fresh -> "Bearer " + fresh.value());
  }

  /** The upstream refused a token: it is not used again. */
  void refused(Key key, String authorization) {
    kept.computeIfPresent(
        key, (_, token) -> authorization.equals("Bearer " + token.value()) ? null : token);
  }

  private Future<Token> ask(Key key) {
    Promise<Token> mine = Promise.promise();
    Future<Token> theirs = asking.putIfAbsent(key, mine.future());
    if (theirs != null) {
      return theirs;
    }
    fetch(key)
        .onComplete(done -> {
          if (done.succeeded()) {
            keep(key, done.result());
          }
          asking.remove(key, mine.future());
          mine.handle(done);
        });
    return mine.future();
  }

  private void keep(Key key, Token token) {
    if (kept.size() >= MOST_KEPT) {
      Instant now = clock.instant();
      kept.values().removeIf(old -> !now.isBefore(old.goodUntil()));
    }
    if (kept.size() < MOST_KEPT) {
      kept.put(key, token);
    }
  }

  private Future<Token> fetch(Key key) {
    Exchange.Ask ask =
        new Exchange.Ask(
            HttpMethod.GET,
            key.realm().at(file(key)),
            Map.of("Accept", "application/json", "Accept-Encoding", "identity"),
            key.account().map(Basic::of),
            settings.token(),
            false);
    return wire.apply(ask).compose(answer -> read(key, answer));
  }

  private static String file(Key key) {
    String file = key.realm().file();
    StringBuilder query = new StringBuilder(file.indexOf('?') < 0 ? "?" : "&");
    if (!key.service().isEmpty()) {
      query.append("service=").append(encode(key.service())).append('&');
    }
    query.append("scope=").append(encode(key.scope()));
    key.account().ifPresent(a -> query.append("&account=").append(encode(a.username())));
    return file + query;
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private Future<Token> read(Key key, Answer answer) {
    return switch (answer.status()) {
      case 200 -> parse(answer.body());
      case 400, 401, 403, 404 -> Future.failedFuture(new TokenRefused(answer.status()));
      case 429 ->
          Future.failedFuture(
              new Failure.OriginBusy(
                      upstream, RetryAfter.of(answer.retryAfter(), settings, clock.instant()))
                  .asException());
      default ->
          Future.failedFuture(
              new Failure.OriginUnreachable(
                      upstream,
                      key.realm().authority()
                          + " answered "
                          + answer.status()
                          + " to a token request")
                  .asException());
    };
  }

  /** The realm gives no token for that scope and account. */
  static final class TokenRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    TokenRefused(int status) {
      super(null, null, false, false);
      this.status = status;
    }

    String why() {
      return "the token service answered " + status;
    }
  }

  private Future<Token> parse(Buffer body) {
    try {
      JsonObject json = body.toJsonObject();
      String token = json.getString("token", json.getString("access_token"));
      if (token == null || token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > 126)) {
        return Future.failedFuture(noToken());
      }
      long seconds = json.getLong("expires_in", DEFAULT_LIFETIME.toSeconds());
      long bounded = Math.clamp(seconds, 1, LONGEST_LIFETIME.toSeconds());
      // A part is left unused, for the way there and for clocks that differ.
      Duration good = Duration.ofMillis(bounded * 1000 - Math.min(bounded * 200, 30_000));
      return Future.succeededFuture(new Token(token, clock.instant().plus(good)));
    } catch (DecodeException | ClassCastException _) {
      return Future.failedFuture(noToken());
    }
  }

  private RuntimeException noToken() {
    return new Failure.OriginLied(upstream, "its token service sent no token").asException();
  }
}
