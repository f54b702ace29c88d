package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure.OriginLied;
import dev.entrepot.common.failure.Failure.Overloaded;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.edge.upstream.Breaker.Outcome;
import dev.entrepot.edge.upstream.Breaker.Pass;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Sends one request to one host. Names are resolved here, every address is judged, and exactly that
 * address is connected to, with the name in {@code Host} and TLS: nobody can answer differently in
 * between.
 */
final class Wire {
  private final Vertx vertx;
  private final UpstreamConfig config;
  private final UpstreamSettings settings;
  private final Clients clients;
  private final NameResolver resolver;
  private final Reach reach;
  private final Breakers breakers;
  private final InstantSource clock;
  private final UpstreamObserver observer;
  private final Failures failures;

  Wire(
      Vertx vertx,
      UpstreamConfig config,
      UpstreamSettings settings,
      Clients clients,
      NameResolver resolver,
      Reach reach,
      Breakers breakers,
      InstantSource clock,
      UpstreamObserver observer) {
    this.vertx = vertx;
    this.config = config;
    this.settings = settings;
    this.clients = clients;
    this.resolver = resolver;
    this.reach = reach;
    this.breakers = breakers;
    this.clock = clock;
    this.observer = observer;
    this.failures = new Failures(config.name());
  }

  /**
   * Sends, and waits for the headers. Fails with {@code OriginUnreachable}, {@code OriginTimeout},
   * {@code OriginLied} (an address out of reach) or {@code Overloaded}.
   *
   * @param base the url with which the exchange began
   */
  Future<Reply> send(Ask ask, Target target, Target base, Optional<String> authorization) {
    Breaker breaker = breakers.of(target);
    Optional<Pass> pass = breaker.enter(clock.instant());
    if (pass.isEmpty()) {
      return Future.failedFuture(failures.unreachable("circuit to " + target + " is open"));
    }
    long began = System.nanoTime();
    return addresses(ask, target, base)
        .compose(addresses -> first(ask, target, authorization, addresses, 0))
        .recover(cause -> Future.failedFuture(failures.of(target, cause)))
        .onComplete(result -> breaker.done(pass.get(), outcome(result), clock.instant()))
        .onComplete(result -> observe(ask, result, began))
        .map(response -> new Reply(response, target, !target.sameOrigin(base)));
  }

  private static Outcome outcome(AsyncResult<HttpClientResponse> result) {
    if (result.succeeded()) {
      return result.result().statusCode() >= 500 ? Outcome.BADLY : Outcome.WELL;
    }
    return switch (PullException.failureOf(result.cause())) {
      case OriginLied _, Overloaded _ -> Outcome.NEITHER;
      default -> Outcome.BADLY;
    };
  }

  private void observe(Ask ask, AsyncResult<HttpClientResponse> result, long began) {
    if (result.succeeded()) {
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      observer.answered(config.name(), ask.kind(), result.result().statusCode(), took);
    } else {
      observer.unanswered(config.name(), ask.kind());
    }
  }

  /** The addresses that may be connected to; none when a proxy will look the name up. */
  private Future<List<InetAddress>> addresses(Ask ask, Target target, Target base) {
    if (config.proxy().isPresent() && target.literal().isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return lookUp(ask, target)
        .compose(found -> {
          List<InetAddress> plainly = allowed(target, found, List.of());
          return plainly.isEmpty() && !reach.isOwn(target) && config.proxy().isEmpty()
              ? lookUp(ask, base).map(basis -> allowed(target, found, basis))
              : Future.succeededFuture(plainly);
        })
        .compose(
            allowed -> allowed.isEmpty() ? outOfReach(target) : Future.succeededFuture(allowed));
  }

  private List<InetAddress> allowed(
      Target target, List<InetAddress> found, List<InetAddress> basis) {
    return found.stream().filter(address -> reach.allows(target, address, basis)).toList();
  }

  private <T> Future<T> outOfReach(Target target) {
    return Future.failedFuture(
        failures.lied("sends us to " + target + ", which is not a public address"));
  }

  private Future<List<InetAddress>> lookUp(Ask ask, Target target) {
    Optional<InetAddress> literal = target.literal();
    if (literal.isPresent()) {
      return Future.succeededFuture(List.of(literal.get()));
    }
    return ask.deadline()
        .orSooner(settings.timeouts().connect())
        .bound(
            vertx,
            resolver.resolve(target.host()),
            () -> failures.unreachable("finding " + target + " took too long"),
            _ -> {});
  }

  private Future<HttpClientResponse> first(
      Ask ask, Target target, Optional<String> authorization, List<InetAddress> found, int index) {
    Optional<InetAddress> address =
        found.isEmpty() ? Optional.empty() : Optional.of(found.get(index));
    return connect(ask, target, address)
        .map(Optional::of)
        .recover(cause ->
            index + 1 < found.size() && isConnectFailure(cause) && !ask.deadline().passed()
                ? Future.succeededFuture(Optional.empty())
                : Future.failedFuture(cause))
        .compose(request ->
            request.isPresent()
                ? exchange(ask, target, authorization, request.get())
                : first(ask, target, authorization, found, index + 1));
  }

  private static boolean isConnectFailure(Throwable cause) {
    return cause instanceof java.io.IOException;
  }

  private Future<HttpClientRequest> connect(Ask ask, Target target, Optional<InetAddress> address) {
    Duration patience = ask.deadline().orSooner(settings.timeouts().poolWait()).left();
    RequestOptions options =
        new RequestOptions()
            .setMethod(ask.method())
            .setSsl(target.ssl())
            .setHost(target.host())
            .setPort(target.port())
            .setURI(target.requestUri())
            .setFollowRedirects(false)
            .setConnectTimeout(patience.toMillis());
    address.ifPresent(ip ->
        options.setServer(
            SocketAddress.inetSocketAddress(new InetSocketAddress(ip, target.port()))));
    return clients.of(ask).request(options);
  }

  private Future<HttpClientResponse> exchange(
      Ask ask, Target target, Optional<String> authorization, HttpClientRequest request) {
    request.headers().addAll(ask.headers());
    authorization.ifPresent(value -> request.putHeader("Authorization", value));
    request.exceptionHandler(_ -> {});
    Future<HttpClientResponse> response = request.send().onSuccess(HttpClientResponse::pause);
    return ask.deadline()
        .orSooner(settings.timeouts().firstByte())
        .bound(vertx, response, () -> late(target), late -> late.request().reset())
        .onFailure(_ -> request.reset());
  }

  private PullException late(Target target) {
    return failures.timeout("no answer from " + target + " in time");
  }
}
