package dev.entrepot.edge.blob;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.Body;
import dev.entrepot.edge.origin.Via;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/** An origin in memory that keeps a journal and can break, lie and wait. Thread-safe. */
final class ScriptedOrigin implements BlobOrigin {
  private static final int PIECE = 64 << 10;

  /** One request and how many body bytes were given for it. */
  static final class Asked {
    final Repository repository;
    final Digest digest;
    final long first;
    final long end;
    long given;

    Asked(Repository repository, Digest digest, long first, long end) {
      this.repository = repository;
      this.digest = digest;
      this.first = first;
      this.end = end;
    }
  }

  private final Map<Digest, byte[]> blobs = new HashMap<>();
  private final List<Asked> journal = new ArrayList<>();
  private final List<Runnable> held = new ArrayList<>();
  private BiFunction<Integer, Asked, Optional<Failure>> refusing = (_, _) -> Optional.empty();
  private long breakAfter = Long.MAX_VALUE;
  private int breaks;
  private long holdAt = Long.MAX_VALUE;
  private boolean away;

  synchronized MadeBlob add(MadeBlob blob) {
    blobs.put(blob.digest(), blob.bytes());
    return blob;
  }

  /** Serves other bytes under a blob's name. */
  synchronized void lie(MadeBlob blob, byte[] others) {
    blobs.put(blob.digest(), others);
  }

  synchronized void refuse(BiFunction<Integer, Asked, Optional<Failure>> rule) {
    refusing = rule;
  }

  /** Breaks the next {@code times} bodies after that many bytes each. */
  synchronized void breakBodies(long afterBytes, int times) {
    breakAfter = afterBytes;
    breaks = times;
  }

  /** Gives nothing from that position on until {@link #release}. */
  synchronized void holdAt(long position) {
    holdAt = position;
  }

  void release() {
    List<Runnable> waiting;
    synchronized (this) {
      holdAt = Long.MAX_VALUE;
      waiting = List.copyOf(held);
      held.clear();
    }
    waiting.forEach(Runnable::run);
  }

  synchronized void goAway() {
    away = true;
  }

  synchronized void comeBack() {
    away = false;
  }

  synchronized List<Asked> journal() {
    return List.copyOf(journal);
  }

  synchronized long bodyBytes() {
    return journal.stream().mapToLong(asked -> asked.given).sum();
  }

  @Override
  public synchronized Future<Long> size(Repository repository, Digest digest) {
    return Future.succeededFuture((long) blobs.get(digest).length);
  }

  @Override
  public synchronized Future<Answer> fetch(Repository repository, Digest digest, Span span) {
    byte[] bytes = blobs.get(digest);
    if (away) {
      return Future.failedFuture(
          new Failure.OriginUnreachable(repository.upstream(), "away").asException());
    }
    if (bytes == null) {
      return Future.failedFuture(new Failure.UnknownBlob(repository, digest).asException());
    }
    long end = Math.min(bytes.length, span.end().orElse(bytes.length));
    Asked asked = new Asked(repository, digest, span.first(), end);
    journal.add(asked);
    Optional<Failure> refusal = refusing.apply(journal.size(), asked);
    if (refusal.isPresent()) {
      return Future.failedFuture(refusal.get().asException());
    }
    return Future.succeededFuture(
        new Answer(
            span.first(), OptionalLong.of(bytes.length), Via.UPSTREAM, new Bytes(bytes, asked)));
  }

  private final class Bytes implements Body {
    private final byte[] bytes;
    private final Asked asked;
    private boolean cancelled;

    Bytes(byte[] bytes, Asked asked) {
      this.bytes = bytes;
      this.asked = asked;
    }

    @Override
    public Future<Optional<ByteBuf>> read() {
      Promise<Optional<ByteBuf>> promise = Promise.promise();
      synchronized (ScriptedOrigin.this) {
        long position = asked.first + asked.given;
        if (position >= holdAt && position < asked.end) {
          held.add(() -> answer(promise));
          return promise.future();
        }
      }
      answer(promise);
      return promise.future();
    }

    private void answer(Promise<Optional<ByteBuf>> promise) {
      Optional<ByteBuf> piece;
      synchronized (ScriptedOrigin.this) {
        if (cancelled || away || (breaks > 0 && asked.given >= breakAfter)) {
          breaks--;
          promise.tryFail(new Failure.OriginUnreachable("docker.io", "broke").asException());
          return;
        }
        piece = next();
      }
      promise.complete(piece);
    }

    private Optional<ByteBuf> next() {
      long position = asked.first + asked.given;
      int count = (int) Math.min(PIECE, asked.end - position);
      if (count == 0) {
        return Optional.empty();
      }
      asked.given += count;
      return Optional.of(Unpooled.copiedBuffer(bytes, (int) position, count));
    }

    @Override
    public void cancel() {
      synchronized (ScriptedOrigin.this) {
        cancelled = true;
      }
    }
  }
}
