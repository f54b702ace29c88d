package dev.entrepot.edge.blob;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.edge.store.ChunkReader;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The readers of a fill that wait for bytes, and what they are given. The blob's last byte is given
 * to nobody before the proof. Confined to the fill's lane.
 */
final class Serving {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Fill fill;
  private final FillBytes bytes;
  private final FillParts parts;
  private final Proof proof;
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  Serving(Fill fill, FillBytes bytes, FillParts parts, Proof proof) {
    this.fill = fill;
    this.bytes = bytes;
    this.parts = parts;
    this.proof = proof;
  }

  void add(Waiter waiter) {
    waiters.add(waiter);
  }

  boolean isIdle() {
    return waiters.isEmpty();
  }

  /** The first cell in which somebody waits that meets the condition; -1 when there is none. */
  int firstCell(IntPredicate condition) {
    for (Waiter waiter : waiters) {
      int cell = fill.geometry().cellAt(waiter.position());
      if (condition.test(cell)) {
        return cell;
      }
    }
    return -1;
  }

  /** Fails what a reader waits for. */
  void fail(FillReader reader, Failure why) {
    waiters.removeIf(
        waiter -> waiter.reader().equals(reader) && waiter.promise().tryFail(why.asException()));
  }

  /** Gives everybody what is here; fails everybody when there is a failure. */
  void serve(@Nullable Failure why) {
    for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
      Waiter waiter = all.next();
      if (why != null) {
        all.remove();
        waiter.promise().tryFail(why.asException());
      } else if (serve(waiter)) {
        all.remove();
      }
    }
  }

  private boolean serve(Waiter waiter) {
    Geometry geometry = fill.geometry();
    int chunk = geometry.chunkAt(waiter.position());
    long first = geometry.firstByte(chunk);
    long end = Math.min(waiter.end(), first + geometry.chunkBytes(chunk));
    if (end == geometry.size() && !proof.isDone()) {
      end--;
    }
    int from = (int) (waiter.position() - first);
    int to = (int) (end - first);
    return to > from && serve(waiter, chunk, from, to);
  }

  private boolean serve(Waiter waiter, int chunk, int from, int to) {
    ByteBuf memory = bytes.inMemory(chunk);
    if (memory != null && from < memory.writerIndex()) {
      int count = Math.min(to, memory.writerIndex()) - from;
      give(waiter, memory.retainedSlice(from, count));
      return true;
    }
    ChunkReader reader = memory == null ? bytes.readerOf(chunk) : null;
    if (reader == null) {
      return fill.hasPassed(chunk) && refuse(waiter);
    }
    read(waiter, reader, fill.geometry().inCell(chunk), from, to);
    return true;
  }

  /** Bytes that were passed through and are gone from memory come never again. */
  private static boolean refuse(Waiter waiter) {
    String detail = "there is no room to keep this blob, and this part has passed already";
    waiter.promise().tryFail(new Failure.Overloaded(detail, RETRY_AFTER).asException());
    return true;
  }

  private void read(Waiter waiter, ChunkReader reader, int inCell, int from, int to) {
    parts
        .disk()
        .call(() -> reader.read(inCell, from, to, waiter.mode()))
        .onComplete(done -> {
          if (done.succeeded()) {
            give(waiter, done.result());
          } else {
            fill.onLane(() -> again(waiter, done.cause()));
          }
        });
  }

  private void again(Waiter waiter, Throwable cause) {
    fill.readFailed(cause);
    waiters.add(waiter);
    fill.advance();
  }

  private void give(Waiter waiter, ByteBuf content) {
    parts.stats().servedFromFill(content.readableBytes());
    if (!waiter.promise().tryComplete(content)) {
      content.release();
    }
  }
}
