package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One request to an upstream, redirects followed (RFC 9110, section 15.4). A hop that changes
 * scheme, host or port loses the credentials; none goes from TLS to plain text; each address is
 * checked before it is connected to. Nothing of a redirect is remembered.
 */
final class Exchange {
  private static final long SMALL_BODY = 64 << 10;

  private final String upstream;
  private final Vertx vertx;
  private final HttpClient client;
  private final Targets targets;
  private final UpstreamSettings settings;

  Exchange(
      String upstream, Vertx vertx, HttpClient client, Targets targets, UpstreamSettings settings) {
    this.upstream = upstream;
    this.vertx = vertx;
    this.client = client;
    this.targets = targets;
    this.settings = settings;
  }

  /**
   * What to send.
   *
   * @param follow whether redirects are followed; otherwise they are answers
   */
  record Ask(
      HttpMethod method,
      Target target,
      Map<String, String> headers,
      Optional<String> authorization,
      Duration patience,
      boolean follow) {

    private Ask redirected(Target to) {
      return new Ask(
          method,
          to,
          headers,
          target.isSameOrigin(to) ? authorization : Optional.empty(),
          patience,
          follow);
    }

    @Override
    public String toString() {
      return method + " " + target;
    }
  }

  /**
   * An answer whose headers are here and whose body waits. Belongs to the context.
   *
   * @param from what has answered in the end
   */
  record Received(HttpClientResponse response, Context context, Target from) {
    int status() {
      return response.statusCode();
    }

    Optional<String> header(String name) {
      return Optional.ofNullable(response.getHeader(name));
    }

    /** Nobody wants the body: a small one is read past, a large one broken off. */
    void discard() {
      context.runOnContext(_ -> {
        long length = header("content-length").map(Exchange::length).orElse(Long.MAX_VALUE);
        if (length <= SMALL_BODY || response.request().getMethod().equals(HttpMethod.HEAD)) {
          response.resume();
        } else {
          response.request().reset();
        }
      });
    }
  }

  /** Fails with {@code OriginUnreachable}, {@code OriginTimeout} or {@code OriginLied}. */
  Future<Received> send(Ask ask) {
    return send(ask, settings.redirects());
  }

  private Future<Received> send(Ask ask, int redirectsLeft) {
    return targets
        .addresses(ask.target())
        .recover(cause -> Future.failedFuture(unreachable(ask.target(), cause)))
        .compose(addresses -> connect(ask, addresses, 0))
        .compose(request -> answer(ask, request))
        .compose(received ->
            ask.follow() && isRedirect(received.status())
                ? redirect(ask, received, redirectsLeft)
                : Future.succeededFuture(received));
  }

  private Future<HttpClientRequest> connect(Ask ask, List<InetAddress> addresses, int number) {
    Target target = ask.target();
    RequestOptions options =
        new RequestOptions()
            .setMethod(ask.method())
            .setServer(
                SocketAddress.inetSocketAddress(
                    target.port(), addresses.get(number).getHostAddress()))
            .setHost(target.host())
            .setPort(target.port())
            .setSsl(target.tls())
            .setURI(target.file())
            .setFollowRedirects(false)
            .setConnectTimeout(ask.patience().toMillis());
    return client
        .request(options)
        .recover(cause ->
            number + 1 < addresses.size()
                ? connect(ask, addresses, number + 1)
                : Future.failedFuture(unreachable(target, cause)));
  }

  private Future<Received> answer(Ask ask, HttpClientRequest request) {
    ask.headers().forEach(request::putHeader);
    ask.authorization().ifPresent(value -> request.putHeader("Authorization", value));
    Future<HttpClientResponse> response = request.response().onSuccess(HttpClientResponse::pause);
    Future<Void> sent = request.end();
    return Future.join(sent, response)
        .timeout(ask.patience().toMillis(), TimeUnit.MILLISECONDS)
        .map(_ -> new Received(response.result(), context(), ask.target()))
        .recover(cause -> {
          request.reset();
          return Future.failedFuture(
              cause instanceof TimeoutException
                  ? timeout(ask.target() + " did not answer in " + ask.patience())
                  : unreachable(ask.target(), cause));
        });
  }

  private Context context() {
    Context current = Vertx.currentContext();
    return current == null ? vertx.getOrCreateContext() : current;
  }

  private Future<Received> redirect(Ask ask, Received received, int left) {
    Optional<Target> to = received.header("location").flatMap(ask.target()::resolve);
    received.discard();
    if (to.isEmpty()) {
      return Future.failedFuture(lied("redirects to what is no URL"));
    }
    if (left == 0) {
      return Future.failedFuture(lied("redirects more than " + settings.redirects() + " times"));
    }
    if (ask.target().tls() && !to.get().tls()) {
      return Future.failedFuture(lied("redirects from TLS to plain text"));
    }
    return send(ask.redirected(to.get()), left - 1);
  }

  private static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static long length(String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException _) {
      return Long.MAX_VALUE;
    }
  }

  private PullException unreachable(Target target, Throwable cause) {
    String why =
        cause instanceof Targets.ForbiddenTarget forbidden
            ? forbidden.why()
            : target.authority() + ": " + describe(cause);
    return new Failure.OriginUnreachable(upstream, why).asException();
  }

  /** A message may quote what was sent, so only the kind of error is told. */
  private static String describe(Throwable cause) {
    return switch (cause) {
      case java.net.UnknownHostException _ -> "its name is unknown";
      case java.net.ConnectException _ -> "connection refused";
      case javax.net.ssl.SSLException _ -> "TLS failed; is its certificate trusted here?";
      case TimeoutException _ -> "no connection in time";
      default -> cause.getClass().getSimpleName();
    };
  }

  private PullException timeout(String detail) {
    return new Failure.OriginTimeout(upstream, detail).asException();
  }

  private PullException lied(String detail) {
    return new Failure.OriginLied(upstream, detail).asException();
  }
}
