package dev.entrepot.edge.blob;

import dev.entrepot.common.failure.PullException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;

/**
 * Whether a fill's bytes are those that the digest names. The hash follows over the contiguous
 * prefix, one chunk at a time, on disk threads. Confined to the fill's lane.
 */
final class Proof {
  private final Fill fill;
  private final FillBytes bytes;
  private final FillParts parts;
  private HashCursor cursor;
  private boolean hashing;
  private boolean proved;

  Proof(Fill fill, FillBytes bytes, FillParts parts) {
    this.fill = fill;
    this.bytes = bytes;
    this.parts = parts;
    this.cursor = new HashCursor(fill.blob().digest());
  }

  /** Whether the whole is here and right. */
  boolean isDone() {
    return proved;
  }

  /** Whether a chunk is being hashed. */
  boolean isBusy() {
    return hashing;
  }

  /** The first chunk that is not hashed yet. */
  int next() {
    return cursor.next();
  }

  /** Begins anew. */
  void restart() {
    cursor = new HashCursor(fill.blob().digest());
  }

  /** Hashes the next chunk, if it is here and none is being hashed. */
  void advance() {
    int chunk = cursor.next();
    if (hashing || proved || chunk >= fill.geometry().chunks()) {
      return;
    }
    Future<ByteBuf> next = bytes.whole(chunk, parts.disk());
    if (next == null) {
      return;
    }
    hashing = true;
    HashCursor at = cursor;
    next.compose(content -> hash(at, content))
        .onComplete(done -> fill.onLane(() -> hashed(at, done)));
  }

  private Future<Boolean> hash(HashCursor at, ByteBuf content) {
    int chunks = fill.geometry().chunks();
    return parts
        .disk()
        .call(() -> {
          at.update(content);
          return at.next() == chunks && at.proves();
        })
        .onFailure(rejected -> releaseIfRejected(content, rejected));
  }

  /** The disk room did not take the work, so nobody else will release the buffer. */
  private static void releaseIfRejected(ByteBuf content, Throwable cause) {
    if (cause instanceof PullException) {
      content.release();
    }
  }

  private void hashed(HashCursor at, AsyncResult<Boolean> done) {
    hashing = false;
    if (fill.isEnded() || !at.equals(cursor)) {
      return;
    }
    if (done.failed()) {
      fill.readFailed(done.cause());
    } else if (at.next() == fill.geometry().chunks()) {
      if (done.result()) {
        proved = true;
      } else {
        fill.lied("the bytes do not hash to the digest");
      }
    }
    fill.advance();
    fill.pump();
  }
}
