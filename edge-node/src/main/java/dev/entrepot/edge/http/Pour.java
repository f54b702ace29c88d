package dev.entrepot.edge.http;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.edge.blob.OpenBlob;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Pours a blob into an answer. At most {@value #WINDOW} chunks are in hand, read or being written;
 * each is released when the socket is done with it. A chunk is written in slices, so that a slow
 * client shows progress long before it has taken a whole chunk. Lives on the connection's event
 * loop.
 */
final class Pour {
  private static final int WINDOW = 2;
  private static final int SLICE = 256 << 10;

  private final Exchange exchange;
  private final HttpServerResponse response;
  private final OpenBlob blob;
  private final Deque<Piece> pieces;
  private final Duration stall;
  private final ContextInternal context;
  private final WriteBarrier barrier;
  private final OpenBlob.Use use;
  private final Promise<Void> done = Promise.promise();
  private long position;
  private int inHand;
  private int slicesOut;
  private boolean reading;
  private boolean pumping;
  private boolean stopped;
  private long progressAt;
  private long timer = -1;

  /**
   * A pour that has not begun.
   *
   * @param stall how long the client may accept nothing
   */
  Pour(Exchange exchange, OpenBlob blob, List<Piece> pieces, Duration stall) {
    this.exchange = exchange;
    this.response = exchange.response();
    this.blob = blob;
    this.pieces = new ArrayDeque<>(pieces);
    this.stall = stall;
    this.barrier = exchange.barrier();
    this.context = barrier.context();
    this.use = exchange.request().isSSL() ? OpenBlob.Use.NATIVE : OpenBlob.Use.PLAIN;
  }

  /**
   * Writes everything and ends the answer. Fails, with the blob closed, when it cannot: then the
   * caller breaks the answer off.
   */
  Future<Void> run() {
    exchange.whenGone(() -> stop(new ClientGoneException()));
    long every = Math.max(1, stall.toMillis() / 4);
    timer = context.owner().setPeriodic(every, _ -> context.emit(_ -> checkProgress()));
    enter();
    pump();
    return done.future();
  }

  /** Loops instead of recursing when reads and writes complete at once. */
  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    while (!stopped && !reading && inHand < WINDOW && !pieces.isEmpty()) {
      next();
    }
    pumping = false;
    if (!stopped && pieces.isEmpty() && inHand == 0 && !reading) {
      finish();
    }
  }

  private void next() {
    switch (pieces.getFirst()) {
      case Piece.Text(var bytes) -> {
        leave();
        hold(((BufferInternal) bytes).getByteBuf());
      }
      case Piece.Part(var range) when position >= range.end() -> leave();
      case Piece.Part(var range) -> {
        reading = true;
        blob.read(position, range.end(), use).onComplete(read -> context.emit(read, this::arrived));
      }
    }
  }

  private void leave() {
    pieces.removeFirst();
    enter();
  }

  private void enter() {
    position = pieces.peekFirst() instanceof Piece.Part(var range) ? range.first() : 0;
  }

  private void arrived(AsyncResult<ByteBuf> read) {
    reading = false;
    if (read.failed()) {
      stop(read.cause());
    } else if (stopped) {
      read.result().release();
    } else {
      position += read.result().readableBytes();
      hold(read.result());
    }
    pump();
  }

  private void hold(ByteBuf chunk) {
    inHand++;
    int slices = Math.max(1, (chunk.readableBytes() + SLICE - 1) / SLICE);
    Held held = new Held(chunk, slices);
    if (slicesOut == 0) {
      progressAt = System.nanoTime();
    }
    slicesOut += slices;
    int end = chunk.writerIndex();
    for (int at = chunk.readerIndex(); at < end || slices == 1; at += SLICE) {
      ByteBuf slice = chunk.slice(at, Math.min(SLICE, end - at));
      response
          .write(BufferInternal.buffer(Unpooled.unreleasableBuffer(slice)))
          .onComplete(written -> context.emit(written, held::written));
      if (slices == 1) {
        return;
      }
    }
  }

  private void checkProgress() {
    if (slicesOut > 0 && System.nanoTime() - progressAt > stall.toNanos()) {
      stop(new StalledException());
    }
  }

  private void finish() {
    stopped = true;
    close();
    response.end().onComplete(done);
  }

  private void stop(Throwable cause) {
    if (!stopped) {
      stopped = true;
      close();
      done.tryFail(cause);
    }
  }

  private void close() {
    context.owner().cancelTimer(timer);
    blob.close();
  }

  /** A chunk of which some slices are still being written. */
  private final class Held {
    private final ByteBuf chunk;
    private int slices;
    private boolean failed;

    Held(ByteBuf chunk, int slices) {
      this.chunk = chunk;
      this.slices = slices;
    }

    void written(AsyncResult<Void> written) {
      progressAt = System.nanoTime();
      slicesOut--;
      slices--;
      failed |= written.failed();
      if (written.failed()) {
        stop(written.cause());
      }
      if (slices == 0) {
        letGo();
      }
    }

    /**
     * After a failed write some of the bytes may still stand in the socket's queue (an HTTP/2
     * stream that was reset in the middle of a slice): the chunk waits for what is queued now.
     */
    private void letGo() {
      inHand--;
      if (failed) {
        barrier.passed().onComplete(_ -> chunk.release());
      } else {
        chunk.release();
        pump();
      }
    }
  }

  /** The client left before its answer was complete. */
  static final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientGoneException() {
      super("the client left", null, false, false);
    }
  }

  /** The client does not take what it asked for. */
  static final class StalledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StalledException() {
      super("the client accepts nothing", null, false, false);
    }
  }

  /** Whether a pour failed for the client's sake, which is nobody's fault here. */
  static boolean isClients(Failure failure) {
    return failure instanceof Failure.Unforeseen(Throwable cause)
        && (cause instanceof ClientGoneException
            || cause instanceof StalledException
            || cause instanceof io.vertx.core.http.HttpClosedException
            || cause instanceof io.vertx.core.http.StreamResetException
            || cause instanceof java.io.IOException);
  }
}
