package dev.entrepot.control.tokens;

import dev.entrepot.common.config.Decisions;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.control.tokens.RequestReader.Unreadable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /token} over HTTP (Docker token specification). Comparing passwords takes processors by
 * design, so it has threads of its own: more requests than can wait are answered with 503.
 */
public final class TokenDoor implements AutoCloseable {
  /** Longest body of a request, in bytes. */
  public static final int MOST_BODY = 16_384;

  /** Most requests that wait for a thread. */
  static final int MOST_WAITING = 512;

  private static final Logger LOG = LoggerFactory.getLogger(TokenDoor.class);
  private static final String UNREADABLE = "unreadable";
  private static final Duration RETRY_BUSY = Duration.ofSeconds(1);

  private final TokenService service;
  private final String realm;
  private final TokenObserver observer;
  private final ThreadPoolExecutor threads;

  /**
   * Opens the service; anonymous tokens alone are issued when there is no file of users.
   *
   * @throws dev.entrepot.common.config.Refusal when the file of users cannot be read
   */
  public TokenDoor(
      Decisions decisions,
      TokenSigner signer,
      InstantSource clock,
      SecureRandom random,
      TokenObserver observer) {
    Users users =
        decisions
            .htpasswd()
            .<Users>map(file -> new HtpasswdUsers(file, clock))
            .orElse(_ -> Optional.empty());
    this.service = new TokenService(decisions, users, signer, clock, random);
    this.realm = decisions.tokens().service();
    this.observer = observer;
    int most = Math.max(2, Runtime.getRuntime().availableProcessors());
    this.threads =
        new ThreadPoolExecutor(
            most,
            most,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("tokens-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Takes over a request of which no byte of the body has been read.
   *
   * @param clientAddress an IP literal
   */
  public void handle(HttpServerRequest request, String clientAddress) {
    Optional<String> authorization =
        Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION));
    if (request.method().equals(HttpMethod.GET)) {
      answer(request, clientAddress, () -> RequestReader.get(request.uri(), authorization));
    } else if (request.method().equals(HttpMethod.POST)) {
      body(
          request,
          body ->
              answer(
                  request,
                  clientAddress,
                  () -> RequestReader.post(request.uri(), authorization, body, MOST_BODY)));
    } else {
      observer.answered(UNREADABLE);
      request.response().putHeader(HttpHeaders.ALLOW, "GET, POST");
      error(request.response(), 405, "UNSUPPORTED", "tokens are asked for with GET or POST");
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private interface Reading {
    TokenRequest read() throws Unreadable;
  }

  private interface Body {
    void take(byte[] body);
  }

  private void body(HttpServerRequest request, Body whole) {
    Buffer body = Buffer.buffer();
    request.handler(piece -> {
      if (body.length() + piece.length() <= MOST_BODY) {
        body.appendBuffer(piece);
      } else {
        request.handler(_ -> {}).endHandler(_ -> {});
        observer.answered(UNREADABLE);
        if (request.version() != HttpVersion.HTTP_2) { // which has no such field
          request.response().putHeader(HttpHeaders.CONNECTION, "close");
        }
        error(request.response(), 413, "SIZE_INVALID", "the body is longer than " + MOST_BODY);
      }
    });
    request.endHandler(_ -> whole.take(body.getBytes()));
  }

  private void answer(HttpServerRequest request, String address, Reading reading) {
    HttpServerResponse response = request.response();
    TokenRequest asked;
    try {
      asked = reading.read();
    } catch (Unreadable e) {
      observer.answered(UNREADABLE);
      error(response, 400, "UNSUPPORTED", String.valueOf(e.getMessage()));
      return;
    }
    Context context = Objects.requireNonNull(Vertx.currentContext(), "handlers have a context");
    try {
      threads.execute(() -> {
        Optional<TokenAnswer> answer = work(asked, address);
        observer.answered(answer.map(TokenDoor::outcome).orElse("failed"));
        context.runOnContext(_ -> send(response, answer));
      });
    } catch (RejectedExecutionException _) {
      observer.answered("busy");
      later(response, 503, RETRY_BUSY, "too many tokens are being asked for; try again");
    }
  }

  private Optional<TokenAnswer> work(TokenRequest asked, String address) {
    try {
      return Optional.of(service.answer(asked, address));
    } catch (RuntimeException e) {
      LOG.error("a token could not be made", e);
      return Optional.empty();
    }
  }

  private void send(HttpServerResponse response, Optional<TokenAnswer> answer) {
    switch (answer.orElse(null)) {
      case null -> later(response, 503, RETRY_BUSY, "the token could not be made; try again");
      case TokenAnswer.Issued issued -> json(response, 200, issued(issued));
      case TokenAnswer.Unauthenticated() -> {
        response.putHeader("WWW-Authenticate", "Basic realm=\"" + realm + "\"");
        error(response, 401, "UNAUTHORIZED", "the name or the password is wrong");
      }
      case TokenAnswer.Later(Duration after) ->
          later(response, 429, after, "too many wrong passwords; try again later");
      case TokenAnswer.OtherService(String ours) ->
          error(response, 400, "UNSUPPORTED", "tokens are made for service=" + ours + " alone");
    }
  }

  private static String outcome(TokenAnswer answer) {
    return switch (answer) {
      case TokenAnswer.Issued _ -> "issued";
      case TokenAnswer.Unauthenticated _ -> "refused";
      case TokenAnswer.Later _ -> "throttled";
      case TokenAnswer.OtherService _ -> "other-service";
    };
  }

  private static Map<String, Object> issued(TokenAnswer.Issued issued) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("token", issued.token());
    fields.put("access_token", issued.token());
    fields.put("token_type", "Bearer");
    fields.put("expires_in", issued.life().toSeconds());
    fields.put("issued_at", issued.issuedAt().toString());
    return fields;
  }

  private static void later(
      HttpServerResponse response, int status, Duration wait, String sentence) {
    response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(wait.toSeconds() + 1));
    error(response, status, status == 429 ? "TOOMANYREQUESTS" : "UNAVAILABLE", sentence);
  }

  private static void error(HttpServerResponse response, int status, String code, String sentence) {
    json(response, status, Map.of("errors", List.of(Map.of("code", code, "message", sentence))));
  }

  private static void json(HttpServerResponse response, int status, Map<String, ?> fields) {
    if (response.headWritten() || response.closed()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(Buffer.buffer(JsonFields.write(fields)));
  }
}
