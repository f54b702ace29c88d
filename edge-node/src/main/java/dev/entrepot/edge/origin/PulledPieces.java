package dev.entrepot.edge.origin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A response's bytes on their way to one reader who pulls them. At most two pieces wait here; for
 * more, TCP holds the sender back. Events come on the connection's thread and reads from anywhere,
 * hence the lock; nothing of anybody else's is called under it.
 */
public final class PulledPieces {
  private static final int WINDOW = 2;

  private final HttpClientResponse response;
  private final Deque<ByteBuf> waiting = new ArrayDeque<>();
  private @Nullable Promise<Optional<ByteBuf>> reader;
  private @Nullable Throwable broken;
  private boolean ended;
  private long arrived;
  private long readerSince;

  /** What the connection does; told on its thread. */
  public interface Events {
    /** So many bytes have come. */
    void arrived(int bytes);

    /** No more will come: all is well, or it is not, with so many bytes in all. */
    void ended(long bytes);

    /** The connection broke. */
    void broke();
  }

  /** Takes over a paused response. */
  public PulledPieces(HttpClientResponse response) {
    this.response = response;
  }

  /** Lets the bytes come. */
  public void begin(Events events) {
    response.exceptionHandler(_ -> events.broke());
    response.endHandler(_ -> events.ended(count()));
    response.handler(buffer -> {
      events.arrived(buffer.length());
      arrive(buffer);
    });
    response.fetch(WINDOW);
  }

  /** As {@link Body#read}. */
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

  /** Since when, by {@link System#nanoTime}, the reader waits for bytes; empty when it does not. */
  public synchronized OptionalLong waitingSince() {
    return reader == null ? OptionalLong.empty() : OptionalLong.of(readerSince);
  }

  /** All has come. Nothing, when it has failed before. */
  public void finish() {
    Promise<Optional<ByteBuf>> taker;
    synchronized (this) {
      ended = broken == null;
      taker = takeReader();
    }
    if (taker != null) {
      taker.complete(Optional.empty());
    }
  }

  /**
   * Gives the transfer up. Nothing, when it is over already. What waits here can still be read.
   *
   * @param first runs before the reader learns of it
   */
  public void fail(Throwable cause, Runnable first) {
    Promise<Optional<ByteBuf>> taker;
    synchronized (this) {
      if (broken != null || ended) {
        return;
      }
      broken = cause;
      taker = takeReader();
    }
    first.run();
    response.request().reset();
    if (taker != null) {
      taker.fail(cause);
    }
  }

  private void arrive(Buffer buffer) {
    ByteBuf piece = unpooled(buffer);
    Promise<Optional<ByteBuf>> taker;
    synchronized (this) {
      if (broken != null) {
        return;
      }
      arrived += buffer.length();
      taker = takeReader();
      if (taker == null) {
        waiting.add(piece);
      }
    }
    if (taker != null) {
      response.fetch(1);
      taker.complete(Optional.of(piece));
    }
  }

  private synchronized long count() {
    return arrived;
  }

  private @Nullable Promise<Optional<ByteBuf>> takeReader() {
    Promise<Optional<ByteBuf>> taker = reader;
    reader = null;
    return taker;
  }

  /** Vert.x hands out heap memory of its own making; this shares it under a count of our own. */
  private static ByteBuf unpooled(Buffer buffer) {
    ByteBuf bytes = ((BufferInternal) buffer).getByteBuf();
    return bytes.hasArray()
        ? Unpooled.wrappedBuffer(
            bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes())
        : Unpooled.wrappedBuffer(buffer.getBytes());
  }
}
