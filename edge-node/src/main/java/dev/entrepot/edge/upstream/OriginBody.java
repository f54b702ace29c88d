package dev.entrepot.edge.upstream;

import dev.entrepot.edge.origin.Body;
import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A response's body, pulled. At most two pieces wait here; for more, TCP holds the sender back.
 * Events come on the connection's thread and reads from anywhere, hence the lock; nothing of
 * anybody else's is called under it.
 */
final class OriginBody implements Body {
  private static final int WINDOW = 2;
  private static final int CHECKS_PER_STALL = 4;

  private final Vertx vertx;
  private final HttpClientResponse response;
  private final OptionalLong expected;
  private final Failures failures;
  private final Kind kind;
  private final UpstreamObserver observer;
  private final Duration stall;
  private final long stallTimer;

  private final Deque<ByteBuf> waiting = new ArrayDeque<>();
  private @Nullable Promise<Optional<ByteBuf>> reader;
  private @Nullable Throwable broken;
  private boolean ended;
  private long arrived;
  private long readerSince;

  private OriginBody(
      Vertx vertx,
      HttpClientResponse response,
      OptionalLong expected,
      Failures failures,
      Kind kind,
      UpstreamObserver observer,
      Duration stall) {
    this.vertx = vertx;
    this.response = response;
    this.expected = expected;
    this.failures = failures;
    this.kind = kind;
    this.observer = observer;
    this.stall = stall;
    long period = Math.max(1, stall.toMillis() / CHECKS_PER_STALL);
    this.stallTimer = vertx.setPeriodic(period, _ -> check());
  }

  /**
   * Takes over a paused response.
   *
   * @param expected how many bytes there must be, if known
   */
  static OriginBody of(
      Vertx vertx,
      HttpClientResponse response,
      OptionalLong expected,
      Failures failures,
      Kind kind,
      UpstreamObserver observer,
      Duration stall) {
    OriginBody body = new OriginBody(vertx, response, expected, failures, kind, observer, stall);
    response.exceptionHandler(_ -> body.fail(failures.unreachable("a body broke off")));
    response.endHandler(_ -> body.end());
    response.handler(body::arrive);
    response.fetch(WINDOW);
    return body;
  }

  @Override
  public Future<Optional<ByteBuf>> read() {
    ByteBuf piece;
    synchronized (this) {
      if (reader != null) {
        return Future.failedFuture(new IllegalStateException("a read is outstanding"));
      }
      piece = waiting.poll();
      if (piece == null) {
        return atEnd();
      }
    }
    response.fetch(1);
    return Future.succeededFuture(Optional.of(piece));
  }

  private Future<Optional<ByteBuf>> atEnd() {
    if (broken != null) {
      return Future.failedFuture(broken);
    }
    if (ended) {
      return Future.succeededFuture(Optional.empty());
    }
    Promise<Optional<ByteBuf>> promise = Promise.promise();
    reader = promise;
    readerSince = System.nanoTime();
    return promise.future();
  }

  @Override
  public void cancel() {
    fail(failures.unreachable("the transfer was stopped"));
  }

  private void arrive(Buffer buffer) {
    observer.received(failures.upstream(), kind, buffer.length());
    ByteBuf piece = unpooled(buffer);
    Promise<Optional<ByteBuf>> taker;
    synchronized (this) {
      if (broken != null) {
        return;
      }
      arrived += buffer.length();
      taker = reader;
      reader = null;
      if (taker == null) {
        waiting.add(piece);
      }
    }
    if (taker != null) {
      response.fetch(1);
      taker.complete(Optional.of(piece));
    }
  }

  /** Vert.x hands out heap memory of its own making; this shares it under a count of our own. */
  private static ByteBuf unpooled(Buffer buffer) {
    ByteBuf bytes = ((BufferInternal) buffer).getByteBuf();
    return bytes.hasArray()
        ? Unpooled.wrappedBuffer(
            bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes())
        : Unpooled.wrappedBuffer(buffer.getBytes());
  }

  private void end() {
    long count;
    synchronized (this) {
      count = arrived;
    }
    if (expected.isPresent() && count < expected.getAsLong()) {
      fail(failures.unreachable("a body ended too early"));
    } else if (expected.isPresent() && count > expected.getAsLong()) {
      fail(failures.lied("a body is longer than announced"));
    } else {
      finish();
    }
  }

  private void finish() {
    vertx.cancelTimer(stallTimer);
    Promise<Optional<ByteBuf>> taker;
    synchronized (this) {
      ended = broken == null;
      taker = reader;
      reader = null;
    }
    if (taker != null) {
      taker.complete(Optional.empty());
    }
  }

  private void check() {
    boolean stalled;
    synchronized (this) {
      stalled = reader != null && System.nanoTime() - readerSince > stall.toNanos();
    }
    if (stalled) {
      fail(failures.timeout("a body stalled"));
    }
  }

  private void fail(Throwable cause) {
    vertx.cancelTimer(stallTimer);
    Promise<Optional<ByteBuf>> taker;
    synchronized (this) {
      if (broken != null || ended) {
        return;
      }
      broken = cause;
      taker = reader;
      reader = null;
    }
    response.request().reset();
    if (taker != null) {
      taker.fail(cause);
    }
  }
}
