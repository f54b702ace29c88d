package dev.entrepot.edge.http;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.edge.access.Caller;
import dev.entrepot.edge.access.ClientAddress;
import dev.entrepot.edge.access.Entrance;
import dev.entrepot.edge.access.Gate;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.blob.Blobs;
import dev.entrepot.edge.catalogue.Catalogue;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Takes each request from reading it to its answer: read, admit, look up, send. */
public final class RegistryDoor implements Door {
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:[A-Za-z0-9.-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?");
  private static final String NO_PUSH =
      "this is a pull-through cache: it answers GET and HEAD, pushes and deletes go upstream";

  private final PathGrammar grammar;
  private final ClientAddress clientAddress;
  private final Gate gate;
  private final GetManifest manifests;
  private final GetBlob blobs;
  private final GetTags tags;
  private final GetReferrers referrers;
  private final DoorLimits limits;
  private final Optional<TokenHandler> tokens;
  private final List<DoorObserver> observers;
  private final Answers answers = new Answers();

  /**
   * A door in front of those rooms.
   *
   * @param tokens answers {@code /token}, where that is at this very door
   */
  public RegistryDoor(
      UpstreamNames upstreams,
      ClientAddress clientAddress,
      Gate gate,
      Catalogue catalogue,
      Blobs blobs,
      DoorLimits limits,
      DoorTimeouts timeouts,
      Optional<TokenHandler> tokens,
      List<DoorObserver> observers) {
    this.grammar = new PathGrammar(upstreams, limits);
    this.clientAddress = clientAddress;
    this.gate = gate;
    this.manifests = new GetManifest(catalogue);
    this.blobs = new GetBlob(catalogue, blobs, answers, limits, timeouts);
    this.tags = new GetTags(catalogue);
    this.referrers = new GetReferrers(catalogue);
    this.limits = limits;
    this.tokens = tokens;
    this.observers = List.copyOf(observers);
  }

  @Override
  public Handler<HttpServerRequest> at(Listener listener) {
    return request -> {
      if (tokens.isPresent() && path(request.uri()).equals("/token")) {
        String address = client(request).map(InetAddress::getHostAddress).orElse("");
        tokens.get().handle(request, address);
      } else {
        handle(request, listener.challenge());
      }
    };
  }

  private void handle(HttpServerRequest request, Entrance.Challenge challenge) {
    Parsed parsed = grammar.parse(request.uri());
    Caller caller = caller(request, challenge);
    Exchange exchange = new Exchange(request, asking(request, parsed, caller), parsed, observers);
    exchange.begin();
    try {
      exchange
          .here(answer(exchange))
          .onFailure(why -> answers.fail(exchange, PullException.failureOf(why)));
    } catch (RuntimeException bug) {
      answers.fail(exchange, PullException.failureOf(bug));
    }
  }

  private Future<Void> answer(Exchange exchange) {
    HttpMethod method = exchange.request().method();
    if (hasBody(exchange.request())) {
      exchange.hangUpAfterwards();
    }
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      return Future.failedFuture(new Failure.Unsupported(NO_PUSH).asException());
    }
    if (exchange.hangsUp()) {
      return Future.failedFuture(
          new Failure.Unreadable(OciErrorCode.UNSUPPORTED, "a pull has no body").asException());
    }
    return switch (exchange.parsed()) {
      case Parsed.Wrong(Failure failure) -> Future.failedFuture(failure.asException());
      case Parsed.NoEndpoint(String sentence) -> {
        answers.noEndpoint(exchange, sentence);
        yield Future.succeededFuture();
      }
      case Parsed.Asked(PullRequest asked, Optional<String> namespace) ->
          asked(exchange, asked, namespace);
    };
  }

  private Future<Void> asked(Exchange exchange, PullRequest asked, Optional<String> namespace) {
    namespace.ifPresent(ns -> exchange.response().putHeader("OCI-Namespace", ns));
    Caller caller = exchange.asking().caller();
    return switch (asked) {
      case PullRequest.Ping _ -> exchange.here(gate.greet(caller)).compose(_ -> ping(exchange));
      case PullRequest.OfRepository of ->
          admit(exchange, of)
              .compose(permit ->
                  permitted(exchange, permit, of, namespace)
                      .recover(why -> withdrawn(exchange, permit, of, namespace, why)));
    };
  }

  private Future<Permit> admit(Exchange exchange, PullRequest.OfRepository of) {
    return exchange.here(gate.admit(exchange.asking().caller(), of)).onSuccess(exchange::letIn);
  }

  /**
   * A repository may turn out to be public no longer while a question is answered. Then the gate is
   * asked once more, so that a refusal looks like every other.
   */
  private Future<Void> withdrawn(
      Exchange exchange,
      Permit permit,
      PullRequest.OfRepository of,
      Optional<String> namespace,
      Throwable why) {
    return permit.everyone() && PullException.failureOf(why) instanceof Failure.Denied
        ? admit(exchange, of).compose(again -> permitted(exchange, again, of, namespace))
        : Future.failedFuture(why);
  }

  private Future<Void> permitted(
      Exchange exchange, Permit permit, PullRequest.OfRepository of, Optional<String> namespace) {
    return switch (of) {
      case PullRequest.Manifest manifest -> manifests.answer(exchange, permit, manifest);
      case PullRequest.Blob blob -> blobs.answer(exchange, permit, blob);
      case PullRequest.TagList list -> tags.answer(exchange, permit, list, namespace);
      case PullRequest.Referrers subject -> referrers.answer(exchange, permit, subject);
    };
  }

  private static Future<Void> ping(Exchange exchange) {
    exchange
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    return exchange.send(200, Buffer.buffer("{}"));
  }

  /** A body that is not small and known to be: its connection cannot be used again. */
  private boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    boolean small =
        length == null
            || (length.length() < 10
                && length.chars().allMatch(Character::isDigit)
                && Long.parseLong(length) <= limits.requestBody());
    return !small || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private static Asking asking(HttpServerRequest request, Parsed parsed, Caller caller) {
    Optional<PullRequest> asked =
        parsed instanceof Parsed.Asked(PullRequest it, _) ? Optional.of(it) : Optional.empty();
    return new Asking(
        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
            + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
        request.method().name(),
        path(request.uri()),
        request.version().alpnName(),
        Optional.ofNullable(request.getHeader(HttpHeaders.USER_AGENT)),
        caller,
        asked);
  }

  private static String path(String target) {
    int question = target.indexOf('?');
    return question < 0 ? target : target.substring(0, question);
  }

  private Caller caller(HttpServerRequest request, Entrance.Challenge challenge) {
    List<String> authorization = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    return new Caller(
        client(request),
        peer(request),
        authorization.size() == 1 ? Optional.of(authorization.getFirst()) : Optional.empty(),
        new Entrance(challenge, request.isSSL(), authority(request)));
  }

  private Optional<InetAddress> client(HttpServerRequest request) {
    return clientAddress.of(
        peer(request),
        request.headers().getAll("X-Forwarded-For"),
        request.headers().getAll("Forwarded"));
  }

  private static InetAddress peer(HttpServerRequest request) {
    return InetAddress.ofLiteral(request.remoteAddress().hostAddress());
  }

  /** It is sent back in challenges, so nothing but a name and a port may pass. */
  private static Optional<String> authority(HttpServerRequest request) {
    return Optional.ofNullable(request.authority())
        .map(HostAndPort::toString)
        .filter(it -> AUTHORITY.matcher(it).matches());
  }
}
