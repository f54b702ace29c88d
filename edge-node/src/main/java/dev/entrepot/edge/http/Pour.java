package dev.entrepot.edge.http;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.edge.blob.OpenBlob;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Sends a blob's bytes. At most two chunks are in hand: one being written, one being read. Each is
 * released when its write is over, and only then: Vert.x never releases a foreign buffer. A client
 * that takes nothing for a while is cut off; while we ourselves wait for bytes, no clock runs. When
 * the bytes cannot go on, the connection breaks: never a tidy end.
 */
final class Pour {
  private static final int WINDOW = 2;

  private final Pull pull;
  private final HttpServerResponse response;
  private final OpenBlob blob;
  private final Duration stall;
  private final OpenBlob.Use use;
  private final Promise<Void> done = Promise.promise();
  private final Queue<Step> steps = new ArrayDeque<>();
  private long position;
  private int writing;
  private boolean reading;
  private boolean over;

  /** What to send next. */
  private sealed interface Step {
    record Text(byte[] bytes) implements Step {}

    record Bytes(ByteRange range) implements Step {}
  }

  Pour(Pull pull, OpenBlob blob, Duration stall) {
    this.pull = pull;
    this.response = pull.response();
    this.blob = blob;
    this.stall = stall;
    this.use = pull.isTls() ? OpenBlob.Use.NATIVE : OpenBlob.Use.PLAIN;
  }

  /** Sends one range as the body. Completes when it is sent, or the client has gone. */
  Future<Void> whole(ByteRange range) {
    add(range);
    return begin();
  }

  /** Sends several ranges as parts. */
  Future<Void> parts(List<ByteRange> ranges, Multipart multipart) {
    for (int n = 0; n < ranges.size(); n++) {
      steps.add(new Step.Text(multipart.head(ranges.get(n), n == 0)));
      add(ranges.get(n));
    }
    steps.add(new Step.Text(multipart.tail()));
    return begin();
  }

  private void add(ByteRange range) {
    if (range.end() > range.first()) {
      steps.add(new Step.Bytes(range));
    }
  }

  private Future<Void> begin() {
    pull.whenGone(this::finish);
    position = steps.peek() instanceof Step.Bytes(ByteRange range) ? range.first() : 0;
    advance();
    return done.future();
  }

  /** Reads and writes as long as the window is open. */
  private void advance() {
    while (!over && !reading && writing < WINDOW) {
      switch (steps.peek()) {
        case null -> {
          if (writing == 0) {
            response.end();
            finish();
          }
          return;
        }
        case Step.Text(byte[] bytes) -> {
          nextStep();
          write(BufferInternal.buffer(bytes), null, bytes.length);
        }
        case Step.Bytes(ByteRange range) -> read(range);
      }
    }
  }

  private void nextStep() {
    steps.poll();
    if (steps.peek() instanceof Step.Bytes(ByteRange range)) {
      position = range.first();
    }
  }

  private void read(ByteRange range) {
    reading = true;
    blob.read(position, range.end(), use)
        .onComplete(read ->
            pull.context()
                .runOnContext(_ -> {
                  reading = false;
                  if (read.succeeded()) {
                    arrived(range, read.result());
                  } else {
                    broke(PullException.failureOf(read.cause()));
                  }
                  advance();
                }));
  }

  private void arrived(ByteRange range, ByteBuf bytes) {
    if (over) {
      bytes.release();
      return;
    }
    int count = bytes.readableBytes();
    position += count;
    if (position == range.end()) {
      nextStep();
    }
    write(BufferInternal.buffer(bytes), bytes, count);
  }

  private void write(Buffer buffer, @org.jspecify.annotations.Nullable ByteBuf owned, int count) {
    writing++;
    long timer =
        pull.context()
            .owner()
            .setTimer(stall.toMillis(), _ -> pull.context().runOnContext(_ -> stalled()));
    response
        .write(buffer)
        .onComplete(written -> {
          pull.context().owner().cancelTimer(timer);
          if (owned != null) {
            owned.release();
          }
          pull.context()
              .runOnContext(_ -> {
                writing--;
                if (written.succeeded()) {
                  pull.sent(count);
                  advance();
                } else {
                  finish();
                }
              });
        });
  }

  private void stalled() {
    if (!over) {
      broke(
          new Failure.Overloaded(
              "the client took nothing for " + stall.toSeconds() + " s",
              Duration.of(1, TimeUnit.SECONDS.toChronoUnit())));
    }
  }

  private void broke(Failure failure) {
    if (!over) {
      pull.failed(failure);
      response.reset();
      finish();
    }
  }

  private void finish() {
    if (!over) {
      over = true;
      done.tryComplete();
    }
  }
}
