package dev.entrepot.edge.peer;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.edge.origin.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A neighbour's answer, pulled; two pieces wait here at most. It ends only when every byte that was
 * announced has come.
 */
final class PeerBody implements Body {
  private static final int WINDOW = 2;
  private static final int CHECKS_PER_STALL = 4;

  /** What is to be known of the neighbour that sends. */
  interface Sender {
    /** It is the neighbour's fault that no more comes. */
    void broke(String how);

    /** What it sent was not what it was asked for. */
    void lied();
  }

  private final Vertx vertx;
  private final HttpClientResponse response;
  private final String peer;
  private final long expected;
  private final Duration stall;
  private final Sender sender;
  private final LongConsumer received;
  private final long timer;
  private final Deque<ByteBuf> waiting = new ArrayDeque<>();
  private @Nullable Promise<Optional<ByteBuf>> reader;
  private @Nullable Throwable broken;
  private boolean ended;
  private long arrived;
  private long readerSince;

  /**
   * Takes over a paused response.
   *
   * @param sender is told what its neighbour did
   */
  PeerBody(
      Vertx vertx,
      HttpClientResponse response,
      String peer,
      long expected,
      Duration stall,
      Sender sender,
      LongConsumer received) {
    this.vertx = vertx;
    this.response = response;
    this.peer = peer;
    this.expected = expected;
    this.stall = stall;
    this.sender = sender;
    this.received = received;
    this.timer = vertx.setPeriodic(Math.max(1, stall.toMillis() / CHECKS_PER_STALL), _ -> check());
  }

  void begin() {
    response.exceptionHandler(_ -> fault("broke off"));
    response.endHandler(_ -> end());
    response.handler(this::arrive);
    response.fetch(WINDOW);
  }

  @Override
  public Future<Optional<ByteBuf>> read() {
    ByteBuf piece;
    synchronized (this) {
      piece = waiting.poll();
      if (piece == null) {
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
    }
    response.fetch(1);
    return Future.succeededFuture(Optional.of(piece));
  }

  @Override
  public void cancel() {
    fail("was stopped");
  }

  @Override
  public void wrong() {
    sender.lied();
  }

  private void arrive(Buffer buffer) {
    received.accept(buffer.length());
    ByteBuf piece = Unpooled.wrappedBuffer(buffer.getBytes());
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

  private void end() {
    Promise<Optional<ByteBuf>> taker;
    synchronized (this) {
      ended = broken == null && arrived == expected;
      if (!ended) {
        taker = null;
      } else {
        taker = reader;
        reader = null;
      }
    }
    if (!ended) {
      fault("ended too early");
      return;
    }
    vertx.cancelTimer(timer);
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
      fault("stalled");
    }
  }

  private void fault(String how) {
    if (fail(how)) {
      sender.broke(how);
    }
  }

  private boolean fail(String how) {
    vertx.cancelTimer(timer);
    Throwable cause =
        new Failure.OriginUnreachable(peer, "a neighbour's answer " + how).asException();
    Promise<Optional<ByteBuf>> taker;
    synchronized (this) {
      if (broken != null || ended) {
        return false;
      }
      broken = cause;
      taker = reader;
      reader = null;
    }
    response.request().reset();
    if (taker != null) {
      taker.fail(cause);
    }
    return true;
  }
}
