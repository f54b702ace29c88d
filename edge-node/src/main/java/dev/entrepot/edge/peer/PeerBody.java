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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A neighbour's answer, pulled; two pieces wait here at most. It ends only when every byte that was
 * announced has come.
 */
final class PeerBody implements Body {
  private static final int WINDOW = 2;
  private static final int CHECKS_PER_SILENCE = 4;

  /** The neighbour that sends, and who is to know how it does. */
  interface Sender {
    void sent(int bytes);

    /** All has come. */
    void ended();

    /** It is the neighbour's fault that no more comes. */
    void broke(String how);

    /** What it sent was not what it was asked for. */
    void lied();

    /** Succeeds when it lives. */
    Future<Void> pulse();
  }

  private final Vertx vertx;
  private final HttpClientResponse response;
  private final String peer;
  private final long expected;
  private final PeerLimits limits;
  private final Sender sender;
  private final long timer;
  private final Deque<ByteBuf> waiting = new ArrayDeque<>();
  private @Nullable Promise<Optional<ByteBuf>> reader;
  private @Nullable Throwable broken;
  private boolean ended;
  private volatile boolean asking;
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
      PeerLimits limits,
      Sender sender) {
    this.vertx = vertx;
    this.response = response;
    this.peer = peer;
    this.expected = expected;
    this.limits = limits;
    this.sender = sender;
    this.timer =
        vertx.setPeriodic(
            Math.max(1, limits.silence().toMillis() / CHECKS_PER_SILENCE), _ -> check());
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
    fail("was stopped", () -> {});
  }

  @Override
  public void wrong() {
    sender.lied();
  }

  private void arrive(Buffer buffer) {
    sender.sent(buffer.length());
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
    if (arrived == expected) {
      sender.ended();
    }
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

  /** One that lives may be waiting itself; one that does not is not waited for. */
  private void check() {
    Promise<Optional<ByteBuf>> waiting;
    long since;
    synchronized (this) {
      waiting = reader;
      since = System.nanoTime() - readerSince;
    }
    if (waiting == null || since < limits.silence().toNanos()) {
      return;
    }
    if (since > limits.stall().toNanos()) {
      fault("stalled");
    } else if (!asking) {
      asking = true;
      sender
          .pulse()
          .onComplete(done -> {
            asking = false;
            if (done.failed() && isWaiting(waiting)) {
              fault("stalled, and it does not live");
            }
          });
    }
  }

  private synchronized boolean isWaiting(Promise<Optional<ByteBuf>> still) {
    return still.equals(reader); // the very same
  }

  /** Whoever waits here and now asks again must find that this neighbour is not well. */
  private void fault(String how) {
    fail(how, () -> sender.broke(how));
  }

  private void fail(String how, Runnable first) {
    vertx.cancelTimer(timer);
    Throwable cause =
        new Failure.OriginUnreachable(peer, "a neighbour's answer " + how).asException();
    Promise<Optional<ByteBuf>> taker;
    synchronized (this) {
      if (broken != null || ended) {
        return;
      }
      broken = cause;
      taker = reader;
      reader = null;
    }
    first.run();
    response.request().reset();
    if (taker != null) {
      taker.fail(cause);
    }
  }
}
