package dev.entrepot.edge.blob;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One walk over a span of a blob: asks the origin, cuts what comes into chunks, and goes on at the
 * byte it has reached when the transfer breaks. Confined to the fill's lane.
 */
final class Leg {
  private final Fill fill;
  private final long end;
  private long position;
  private long toSkip;
  private @Nullable ByteBuf chunk;
  private @Nullable Body body;
  private int broken;
  private int waiting;
  private boolean reading;
  private boolean ended;

  /** A walk over the cells {@code firstCell} to {@code endCell} (exclusive). */
  Leg(Fill fill, int firstCell, int endCell) {
    ByteRange span = fill.geometry().bytesOf(firstCell, endCell);
    this.fill = fill;
    this.position = span.first();
    this.end = span.end();
  }

  /** Asks the origin for what is left of the span. */
  void start() {
    Repository source = fill.source();
    BlobOrigin.Span span = span();
    fill.origin()
        .fetch(source, fill.blob().digest(), span)
        .onComplete(answer ->
            fill.onLane(() -> {
              if (answer.succeeded()) {
                answered(answer.result());
              } else {
                refused(source, PullException.failureOf(answer.cause()));
              }
            }));
  }

  /** The part of the chunk {@code number} that has arrived, if this leg is in the middle of it. */
  @Nullable ByteBuf growing(int number) {
    return chunk != null && fill.geometry().chunkAt(position) == number ? chunk : null;
  }

  /** Whether this leg will still bring the chunk. */
  boolean brings(int number) {
    long first = fill.geometry().firstByte(number);
    return first + fill.geometry().chunkBytes(number) > position && first < end;
  }

  /** The disk has taken one of this leg's chunks. */
  void taken() {
    waiting--;
    pump();
  }

  /** Goes on reading if nothing holds it back. */
  void pump() {
    Body from = body;
    if (ended || reading || from == null || waiting >= fill.config().waitingChunks()) {
      return;
    }
    if (fill.mustWaitForReaders()) {
      return;
    }
    reading = true;
    from.read()
        .onComplete(read ->
            fill.onLane(() -> {
              reading = false;
              if (read.succeeded()) {
                read.result().ifPresentOrElse(this::arrived, this::bodyEnded);
              } else {
                broke(PullException.failureOf(read.cause()));
              }
            }));
  }

  /** Ends the walk; nothing more comes from it. */
  void stop() {
    ended = true;
    Body from = body;
    body = null;
    if (from != null) {
      from.cancel();
    }
    ByteBuf partial = chunk;
    chunk = null;
    if (partial != null) {
      partial.release();
    }
  }

  private BlobOrigin.Span span() {
    boolean whole = position == 0 && end == fill.blob().size();
    return whole ? BlobOrigin.Span.WHOLE : new BlobOrigin.Span(position, OptionalLong.of(end));
  }

  private void answered(BlobOrigin.Answer answer) {
    if (ended) {
      answer.body().cancel();
      return;
    }
    body = answer.body();
    fill.answered(answer);
    long total = answer.total().orElse(fill.blob().size());
    if (total != fill.blob().size()) {
      fill.lied("says the blob has " + total + " bytes, not " + fill.blob().size());
    } else if (answer.first() > position) {
      fill.lied("began at another byte than was asked for");
    } else {
      toSkip = position - answer.first();
      pump();
    }
  }

  private void arrived(ByteBuf bytes) {
    if (ended) {
      bytes.release();
      return;
    }
    fill.stats().fetched(bytes.readableBytes());
    try {
      int skipped = (int) Math.min(toSkip, bytes.readableBytes());
      toSkip -= skipped;
      bytes.skipBytes(skipped);
      while (bytes.isReadable() && position < end) {
        broken = 0;
        take(bytes);
      }
    } finally {
      bytes.release();
    }
    if (position == end) {
      finish();
    } else {
      fill.advance();
      pump();
    }
  }

  /** All is here. The body's end is read too, so that its connection can serve others. */
  private void finish() {
    ended = true;
    Body from = body;
    body = null;
    if (from != null) {
      from.read()
          .onSuccess(more ->
              more.ifPresent(bytes -> {
                bytes.release();
                from.cancel();
              }));
    }
    fill.legDone(this);
  }

  /** Copies into the chunk under way, and hands it on when it is full. */
  private void take(ByteBuf bytes) {
    Geometry geometry = fill.geometry();
    int number = geometry.chunkAt(position);
    int length = geometry.chunkBytes(number);
    ByteBuf into = chunk;
    if (into == null) {
      into = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
      chunk = into;
    }
    int count = Math.min(into.writableBytes(), bytes.readableBytes());
    into.writeBytes(bytes, count);
    position += count;
    if (!into.isWritable()) {
      chunk = null;
      waiting++;
      fill.chunkDone(this, number, into);
    }
  }

  private void bodyEnded() {
    broke(
        new Failure.OriginUnreachable(
            fill.source().upstream(), "ended a body before all its bytes were sent"));
  }

  private void refused(Repository source, Failure failure) {
    if (ended) {
      return;
    }
    switch (failure) {
      case Failure.OriginUnreachable _, Failure.OriginTimeout _ -> broke(failure);
      default -> giveUp(source, failure);
    }
  }

  /** Goes on with another reader's source, if there is one. */
  private void giveUp(Repository source, Failure failure) {
    if (!source.equals(fill.source()) || fill.tryAnother(source, failure)) {
      broken = 0;
      start();
    } else {
      stop();
      fill.refused(this, failure);
    }
  }

  /** Tries again from the byte that was reached, a bounded number of times without progress. */
  private void broke(Failure failure) {
    if (ended) {
      return;
    }
    Body from = body;
    body = null;
    if (from != null) {
      from.cancel();
    }
    broken++;
    if (broken >= fill.config().attempts()) {
      giveUp(fill.source(), failure);
    } else {
      fill.later(fill.backoff(broken), this::again);
    }
  }

  private void again() {
    if (!ended) {
      start();
    }
  }
}
