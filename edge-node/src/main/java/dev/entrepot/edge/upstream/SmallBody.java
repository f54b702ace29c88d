package dev.entrepot.edge.upstream;

import dev.entrepot.edge.origin.Body;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads a whole body that must not be longer than a limit. */
final class SmallBody {
  private final Body body;
  private final int limit;
  private final Deadline deadline;
  private final Failures failures;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Promise<byte[]> whole = Promise.promise();

  private SmallBody(Body body, int limit, Deadline deadline, Failures failures) {
    this.body = body;
    this.limit = limit;
    this.deadline = deadline;
    this.failures = failures;
  }

  /** All bytes; fails with {@code OriginLied} when there are more than the limit. */
  static Future<byte[]> read(
      Body body, OptionalLong announced, int limit, Deadline deadline, Failures failures) {
    SmallBody reading = new SmallBody(body, limit, deadline, failures);
    if (announced.orElse(0) > limit) {
      reading.stop(failures.lied("an answer is longer than " + limit + " bytes"));
    } else {
      reading.pull();
    }
    return reading.whole.future();
  }

  /** A loop for what is there, a callback for what is not: the stack stays flat. */
  private void pull() {
    Future<Optional<ByteBuf>> next = body.read();
    while (next.succeeded() && take(next.result())) {
      next = body.read();
    }
    if (!next.isComplete()) {
      next.onComplete(this::got, this::stop);
    } else if (next.failed()) {
      stop(next.cause());
    }
  }

  private void got(Optional<ByteBuf> piece) {
    if (take(piece)) {
      pull();
    }
  }

  /** Keeps a piece; whether to go on. */
  private boolean take(Optional<ByteBuf> piece) {
    if (piece.isEmpty()) {
      whole.tryComplete(bytes.toByteArray());
      return false;
    }
    append(piece.get());
    if (bytes.size() > limit) {
      stop(failures.lied("an answer is longer than " + limit + " bytes"));
    } else if (deadline.passed()) {
      stop(failures.timeout("an answer took too long"));
    }
    return !whole.future().isComplete();
  }

  private void append(ByteBuf piece) {
    byte[] copy = new byte[piece.readableBytes()];
    piece.readBytes(copy);
    piece.release();
    bytes.writeBytes(copy);
  }

  private void stop(Throwable cause) {
    body.cancel();
    whole.tryFail(cause);
  }
}
