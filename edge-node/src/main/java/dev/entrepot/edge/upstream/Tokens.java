package dev.entrepot.edge.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.entrepot.common.failure.Failure.OriginDenied;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Bearer tokens of one upstream (Docker token authentication, GET). One request at a time for one
 * token, whoever waits for it.
 */
final class Tokens {
  /** Life of a token that does not say, and the shortest that is believed (specification). */
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(60);

  private static final Duration LONGEST_LIFE = Duration.ofHours(24);
  private static final int LONGEST_TOKEN = 32 << 10;

  /** What a token is good for. */
  private record Key(String realm, String service, String scope, String account) {}

  /**
   * A token.
   *
   * @param until when it should no longer be used, well before it expires
   */
  record Token(String value, Instant until) {
    String header() {
      return "Bearer " + value;
    }

    @Override
    public String toString() {
      return "Token[until " + until + "]";
    }
  }

  private final Hops hops;
  private final Realms realms;
  private final Asks asks;
  private final Bodies bodies;
  private final Throttle throttle;
  private final UpstreamSettings settings;
  private final InstantSource clock;
  private final Failures failures;
  private final Cache<Key, Token> kept;
  private final Map<Key, Future<Token>> flights = new ConcurrentHashMap<>();

  Tokens(
      Hops hops,
      Realms realms,
      Asks asks,
      Bodies bodies,
      Throttle throttle,
      UpstreamSettings settings,
      InstantSource clock,
      Failures failures) {
    this.hops = hops;
    this.realms = realms;
    this.asks = asks;
    this.bodies = bodies;
    this.throttle = throttle;
    this.settings = settings;
    this.clock = clock;
    this.failures = failures;
    this.kept = Caffeine.newBuilder().maximumSize(settings.bounds().remembered()).build();
  }

  /**
   * A token that answers the challenge.
   *
   * @param base the url that challenged us
   * @param refused a token that has just been refused and must not come again
   */
  Future<Token> token(
      Challenge challenge,
      Target base,
      Repository repository,
      Optional<Credentials> account,
      Optional<Token> refused) {
    String address = challenge.parameter("realm").orElse("");
    Optional<Target> realm = Target.parse(address).filter(target -> realms.allows(target, base));
    if (realm.isEmpty()) {
      return Future.failedFuture(
          new OriginDenied(
                  repository, base + " names a token service that is not in its token-realms")
              .asException());
    }
    String scope = scope(challenge, realm.get(), repository);
    Key key =
        new Key(
            address,
            challenge.parameter("service").orElse(""),
            scope,
            account.map(Credentials::username).orElse(""));
    return kept(key, refused)
        .map(Future::succeededFuture)
        .orElseGet(() -> flight(key, realm.get(), repository, account));
  }

  private static String scope(Challenge challenge, Target realm, Repository repository) {
    return challenge
        .parameter("scope")
        .filter(scope -> !scope.isBlank())
        .orElse(has(realm, "scope") ? "" : "repository:" + repository.path() + ":pull");
  }

  private Optional<Token> kept(Key key, Optional<Token> refused) {
    return Optional.ofNullable(kept.getIfPresent(key))
        .filter(token -> clock.instant().isBefore(token.until()))
        .filter(token -> refused.isEmpty() || !token.value().equals(refused.get().value()));
  }

  private Future<Token> flight(
      Key key, Target realm, Repository repository, Optional<Credentials> account) {
    Promise<Token> promise = Promise.promise();
    Future<Token> running = flights.putIfAbsent(key, promise.future());
    if (running != null) {
      return running;
    }
    ask(key, realm, repository, account)
        .onSuccess(token -> kept.put(key, token))
        .onComplete(_ -> flights.remove(key))
        .onComplete(promise);
    return promise.future();
  }

  private Future<Token> ask(
      Key key, Target realm, Repository repository, Optional<Credentials> account) {
    Ask ask = asks.of(Kind.TOKEN, HttpMethod.GET, "application/json", settings.timeouts().token());
    return throttle
        .check(Kind.TOKEN, account)
        .compose(_ ->
            hops.once(ask, realm.at(query(realm, key, account)), account.map(Credentials::basic)))
        .compose(reply -> read(ask, reply, repository, account));
  }

  private static String query(Target realm, Key key, Optional<Credentials> account) {
    List<String> parameters = new ArrayList<>();
    if (!key.service().isEmpty() && !has(realm, "service")) {
      parameters.add("service=" + encode(key.service()));
    }
    Stream.of(key.scope().split(" "))
        .filter(scope -> !scope.isEmpty())
        .forEach(scope -> parameters.add("scope=" + encode(scope)));
    account.ifPresent(ours -> parameters.add("account=" + encode(ours.username())));
    parameters.add("client_id=entrepot");
    String uri = realm.requestUri();
    return uri + (uri.indexOf('?') < 0 ? "?" : "&") + String.join("&", parameters);
  }

  private static boolean has(Target realm, String parameter) {
    return realm.requestUri().contains("?" + parameter + "=")
        || realm.requestUri().contains("&" + parameter + "=");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private Future<Token> read(
      Ask ask, Reply reply, Repository repository, Optional<Credentials> account) {
    if (reply.status() == 200) {
      return bodies.small(ask, reply, settings.bounds().token()).compose(this::parse);
    }
    bodies.discard(ask, reply);
    int status = reply.status();
    if (status == 429) {
      return Future.failedFuture(throttle.stop(Kind.TOKEN, account, reply));
    }
    return Future.failedFuture(
        status >= 500
            ? failures.unreachable("the token service answered " + status)
            : new OriginDenied(repository, "the token service answered " + status).asException());
  }

  private Future<Token> parse(byte[] bytes) {
    try {
      JsonObject json = new JsonObject(Buffer.buffer(bytes));
      Object value = json.getValue("access_token", json.getValue("token"));
      return value instanceof String token && isHeaderSafe(token)
          ? Future.succeededFuture(new Token(token, until(json.getValue("expires_in"))))
          : Future.failedFuture(failures.lied("the token service sent no token"));
    } catch (DecodeException e) {
      // Its message would quote the answer, which may hold a token.
      return Future.failedFuture(failures.lied("the token service sent no JSON"));
    }
  }

  /** Nine tenths of its life. */
  private Instant until(@org.jspecify.annotations.Nullable Object expiresIn) {
    long said = expiresIn instanceof Number number ? number.longValue() : 0;
    long life = Math.clamp(said, SHORTEST_LIFE.toSeconds(), LONGEST_LIFE.toSeconds());
    return clock.instant().plusMillis(life * 900);
  }

  private static boolean isHeaderSafe(String token) {
    return !token.isEmpty()
        && token.length() <= LONGEST_TOKEN
        && token.chars().allMatch(c -> c > ' ' && c < 127);
  }
}
