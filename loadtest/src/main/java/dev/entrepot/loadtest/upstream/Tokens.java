package dev.entrepot.loadtest.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.entrepot.common.failure.OciErrorCode;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The token service: gives out opaque tokens for repositories, and takes them back. */
public final class Tokens {
  private static final Pattern SCOPE = Pattern.compile("repository:([^: ]+):[a-z*,]*pull[a-z*,]*");
  private static final String SERVICE = "fake";

  private final Supplier<Auth> auth;
  private final Supplier<URI> ownRealm;
  private final int capacity;
  private final Map<String, Grant> grants = new LinkedHashMap<>();
  private Optional<URI> otherRealm = Optional.empty();
  private long usesEach = Long.MAX_VALUE;
  private Duration lifetime = Duration.ofMinutes(5);
  private Optional<String> announced = Optional.of("300");
  private long issued;

  Tokens(Supplier<Auth> auth, Supplier<URI> ownRealm, int capacity) {
    this.auth = auth;
    this.ownRealm = ownRealm;
    this.capacity = capacity;
  }

  private record Grant(Set<String> repositories, long usesLeft, long deadline) {
    Grant used() {
      return new Grant(repositories, usesLeft - 1, deadline);
    }

    boolean covers(String repository) {
      boolean alive = usesLeft > 0 && System.nanoTime() - deadline < 0;
      return alive && (repository.isEmpty() || repositories.contains(repository));
    }
  }

  /** Tokens given from now on stop working after so many requests. */
  public synchronized void usesEach(long uses) {
    usesEach = uses;
  }

  /** Tokens given from now on stop working after so long, whatever is announced. */
  public synchronized void lifetime(Duration other) {
    lifetime = other;
  }

  /** Says {@code expires_in} exactly so, in JSON, true or not; empty leaves it away. */
  public synchronized void announceExpiry(Optional<String> json) {
    announced = json;
  }

  /** Names another token service in challenges; empty names our own again. */
  public synchronized void realm(Optional<URI> other) {
    otherRealm = other;
  }

  /** No token given so far works any more. */
  public synchronized void expireAll() {
    grants.clear();
  }

  /** How many tokens were given. */
  public synchronized long issued() {
    return issued;
  }

  /** Whether the token shown is good for this request; counts the use. */
  synchronized boolean accepts(Request request) {
    String token = Credentials.bearer(request).orElse("");
    Optional<Grant> grant =
        Optional.ofNullable(grants.get(token)).filter(g -> g.covers(request.route().repository()));
    grant.ifPresent(good -> grants.put(token, good.used()));
    return grant.isPresent();
  }

  /** The challenge: where to get a token that is good for this request. */
  synchronized String challenge(Request request) {
    String repository = request.route().repository();
    String scope = repository.isEmpty() ? "" : ",scope=\"repository:" + repository + ":pull\"";
    String error = request.headers().has("Authorization") ? ",error=\"invalid_token\"" : "";
    URI realm = otherRealm.orElseGet(ownRealm);
    return "Bearer realm=\"%s\",service=\"%s\"%s%s".formatted(realm, SERVICE, scope, error);
  }

  /** Answers GET and the OAuth2 POST (Docker token authentication). */
  Answer answer(Request request) {
    return auth.get() instanceof Auth.Bearer bearer
        ? answer(request, bearer)
        : Answer.error(404, OciErrorCode.UNSUPPORTED, "no token service");
  }

  private Answer answer(Request request, Auth.Bearer bearer) {
    Optional<Auth.Account> shown = Credentials.basic(request).or(() -> posted(request));
    if (shown.isPresent() && !shown.get().equals(bearer.account())) {
      return Answer.error(OciErrorCode.UNAUTHORIZED, "incorrect username or password");
    }
    Set<String> granted =
        scopes(request)
            .filter(path -> shown.isPresent() || bearer.anonymous().contains(path))
            .collect(Collectors.toSet());
    return Answer.json(200, body(issue(granted)));
  }

  private synchronized String issue(Set<String> repositories) {
    String token = UUID.randomUUID().toString();
    long deadline = System.nanoTime() + lifetime.toNanos();
    grants.put(token, new Grant(repositories, usesEach, deadline));
    if (grants.size() > capacity) {
      grants.remove(grants.keySet().iterator().next());
    }
    issued++;
    return token;
  }

  private synchronized String body(String token) {
    String expiry = announced.map(json -> ",\"expires_in\":" + json).orElse("");
    return "{\"token\":\"%s\",\"access_token\":\"%s\"%s}".formatted(token, token, expiry);
  }

  private static Optional<Auth.Account> posted(Request request) {
    return request
        .formField("password")
        .map(password -> new Auth.Account(request.formField("username").orElse(""), password));
  }

  private static Stream<String> scopes(Request request) {
    String query = request.query() + "&" + new String(request.body(), UTF_8);
    return Arrays.stream(query.split("&"))
        .filter(pair -> pair.startsWith("scope="))
        .flatMap(pair -> Arrays.stream(URLDecoder.decode(pair.substring(6), UTF_8).split(" ")))
        .map(SCOPE::matcher)
        .filter(Matcher::matches)
        .map(scope -> scope.group(1));
  }
}
