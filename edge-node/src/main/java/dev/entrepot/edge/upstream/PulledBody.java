package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.edge.origin.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A response's body, fetched piece by piece as it is asked for, so that no more waits in memory
 * than what the connection has read ahead. All state belongs to the response's context.
 */
final class PulledBody implements Body {
  private final String upstream;
  private final Context context;
  private final HttpClientResponse response;
  private final UpstreamObserver observer;
  private final ArrayDeque<Buffer> early = new ArrayDeque<>();
  private @Nullable Promise<Optional<ByteBuf>> pending;
  private @Nullable Failure failure;
  private boolean ended;
  private long waitingSince;
  private final long stallNanos;
  private final Runnable stopWatch;

  private PulledBody(
      String upstream,
      Vertx vertx,
      Context context,
      HttpClientResponse response,
      Duration stall,
      UpstreamObserver observer) {
    this.upstream = upstream;
    this.context = context;
    this.response = response;
    this.observer = observer;
    this.stallNanos = stall.toNanos();
    long watch =
        vertx.setPeriodic(
            Math.max(1, stall.toMillis() / 4), _ -> context.runOnContext(_ -> checkStall()));
    this.stopWatch = () -> vertx.cancelTimer(watch);
  }

  /** The body of a paused response. */
  static PulledBody of(
      String upstream,
      Vertx vertx,
      Exchange.Received received,
      Duration stall,
      UpstreamObserver observer) {
    PulledBody body =
        new PulledBody(upstream, vertx, received.context(), received.response(), stall, observer);
    received.context().runOnContext(_ -> body.listen());
    return body;
  }

  @Override
  public Future<Optional<ByteBuf>> read() {
    Promise<Optional<ByteBuf>> promise = Promise.promise();
    context.runOnContext(_ -> ask(promise));
    return promise.future();
  }

  @Override
  public void cancel() {
    context.runOnContext(_ -> {
      if (!ended && failure == null) {
        fail(new Failure.OriginUnreachable(upstream, "the transfer was stopped"));
        response.request().reset();
      }
    });
  }

  private void listen() {
    response.exceptionHandler(_ ->
        fail(
            new Failure.OriginUnreachable(
                upstream, "the connection broke in the middle of a body")));
    response.handler(this::arrived);
    response.endHandler(_ -> end());
  }

  private void ask(Promise<Optional<ByteBuf>> promise) {
    Buffer first = early.poll();
    Failure why = failure;
    if (first != null) {
      promise.complete(Optional.of(bytes(first)));
    } else if (why != null) {
      promise.fail(why.asException());
    } else if (ended) {
      promise.complete(Optional.empty());
    } else {
      pending = promise;
      waitingSince = System.nanoTime();
      response.fetch(1);
    }
  }

  private void arrived(Buffer buffer) {
    observer.received(upstream, buffer.length());
    Promise<Optional<ByteBuf>> waiting = pending;
    pending = null;
    if (waiting == null) {
      early.add(buffer);
    } else {
      waiting.complete(Optional.of(bytes(buffer)));
    }
  }

  private void end() {
    ended = true;
    stopWatch.run();
    Promise<Optional<ByteBuf>> waiting = pending;
    pending = null;
    if (waiting != null) {
      waiting.complete(Optional.empty());
    }
  }

  private void fail(Failure why) {
    if (ended || failure != null) {
      return;
    }
    failure = why;
    stopWatch.run();
    Promise<Optional<ByteBuf>> waiting = pending;
    pending = null;
    if (waiting != null) {
      waiting.fail(why.asException());
    }
  }

  private void checkStall() {
    if (pending != null && System.nanoTime() - waitingSince > stallNanos) {
      fail(new Failure.OriginTimeout(upstream, "sent nothing for a while in the middle of a body"));
      response.request().reset();
    }
  }

  private static ByteBuf bytes(Buffer buffer) {
    return Unpooled.wrappedBuffer(buffer.getBytes());
  }
}
