package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.edge.access.Permit;
import io.netty.util.AsciiString;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.PromiseInternal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One request and its answer, with what there is to tell of it afterwards. */
final class Exchange {
  private static final CharSequence CACHE_STATUS = AsciiString.cached("Cache-Status");

  /** RFC 9113 section 7. */
  private static final long INTERNAL_ERROR = 0x2;

  private static final CharSequence DIGEST = AsciiString.cached("Docker-Content-Digest");

  private final HttpServerRequest request;
  private final Asking asking;
  private final Parsed parsed;
  private final List<DoorObserver> observers;
  private final long began = System.nanoTime();
  private Optional<AccessToken> token = Optional.empty();
  private Optional<CacheStatus> cache = Optional.empty();
  private Optional<Failure> failure = Optional.empty();
  private Optional<OciErrorCode> code = Optional.empty();
  private final WriteBarrier barrier;
  private boolean over;
  private boolean hangUp;
  private Runnable whenGone = () -> {};

  Exchange(HttpServerRequest request, Asking asking, Parsed parsed, List<DoorObserver> observers) {
    this.request = request;
    this.asking = asking;
    this.parsed = parsed;
    this.observers = observers;
    this.barrier = WriteBarrier.of(request);
  }

  /** Sets the headers that every answer has, and watches for the end. */
  void begin() {
    response()
        .putHeader("Docker-Distribution-API-Version", "registry/2.0")
        .putHeader("X-Request-Id", id());
    ConnectionGuard.of(request).ifPresent(guard -> guard.requestBegan(request));
    observers.forEach(observer -> observer.began(asking));
    response().endHandler(_ -> over());
    response().closeHandler(_ -> gone());
    response().exceptionHandler(_ -> gone());
    request.exceptionHandler(_ -> gone());
  }

  /** The same future, completing on this connection's event loop. */
  <T> Future<T> here(Future<T> anywhere) {
    PromiseInternal<T> promise = barrier.context().promise();
    anywhere.onComplete(promise);
    return promise.future();
  }

  /** Runs when the client is gone before its answer is complete. */
  void whenGone(Runnable task) {
    whenGone = task;
  }

  /** Makes this the last request of its connection. */
  void hangUpAfterwards() {
    hangUp = true;
    if (request.version() != HttpVersion.HTTP_2) {
      response().putHeader(HttpHeaders.CONNECTION, "close");
    }
  }

  boolean hangsUp() {
    return hangUp;
  }

  WriteBarrier barrier() {
    return barrier;
  }

  /** Ends the answer so that nobody takes it for complete: closes h1, resets the h2 stream. */
  void breakOff() {
    if (request.version() == HttpVersion.HTTP_2) {
      response().reset(INTERNAL_ERROR);
    } else {
      barrier.hangUp();
    }
    gone();
  }

  private void gone() {
    if (!over) {
      whenGone.run();
      over();
    }
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return request.response();
  }

  Parsed parsed() {
    return parsed;
  }

  Asking asking() {
    return asking;
  }

  String id() {
    return asking.id();
  }

  boolean isHead() {
    return request.method().equals(HttpMethod.HEAD);
  }

  /** Whether the client is gone, or has its answer. */
  boolean isOver() {
    return over || response().ended() || response().closed();
  }

  /** Says how the answer comes about. */
  void cameAbout(CacheStatus status) {
    cache = Optional.of(status);
    response().putHeader(CACHE_STATUS, CacheStatusField.render(status));
    if (!status.age().isZero()) {
      response().putHeader(HttpHeaders.AGE, String.valueOf(Math.max(0, status.age().toSeconds())));
    }
  }

  /** Notes a failure for those who watch; {@code code} is there when it is answered in words. */
  void failed(Failure why, Optional<OciErrorCode> withCode) {
    failure = Optional.of(why);
    code = withCode;
  }

  /** Notes by what the caller was let in, for those who watch. */
  void letIn(Permit permit) {
    token = permit.token();
  }

  /** The headers by which content is known, and by which it may be kept. */
  void describe(String digest, boolean immutable, Permit permit) {
    response()
        .putHeader(DIGEST, digest)
        .putHeader(HttpHeaders.ETAG, '"' + digest + '"')
        .putHeader(HttpHeaders.CACHE_CONTROL, keeping(immutable, permit));
  }

  /** A complete answer with a body that a HEAD leaves out. */
  Future<Void> send(int status, Buffer body) {
    HttpServerResponse response = response().setStatusCode(status);
    response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
    Future<Void> sent = isHead() ? response.end() : response.end(body);
    return hangUp && request.version() != HttpVersion.HTTP_2
        ? sent.onComplete(_ -> barrier.hangUp())
        : sent;
  }

  /** {@code 304 Not Modified}. */
  Future<Void> notModified() {
    return response().setStatusCode(304).end();
  }

  /** Tells the observers, once. */
  void over() {
    if (over) {
      return;
    }
    over = true;
    ConnectionGuard.of(request).ifPresent(ConnectionGuard::requestOver);
    Answered answered = answered();
    observers.forEach(observer -> observer.answered(answered));
  }

  private Answered answered() {
    HttpServerResponse response = response();
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    int status = response.headWritten() ? response.getStatusCode() : 0;
    long bytes = isHead() ? 0 : response.bytesWritten();
    return new Answered(
        asking, token, status, bytes, took, cache, failure, code, !response.ended());
  }

  private static String keeping(boolean immutable, Permit permit) {
    if (!permit.everyone()) {
      return "private, no-store";
    }
    return immutable ? "public, max-age=31536000, immutable" : "no-cache";
  }
}
