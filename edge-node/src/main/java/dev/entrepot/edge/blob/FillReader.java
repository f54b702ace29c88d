package dev.entrepot.edge.blob;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.cache.CacheStatus.Detail;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.Via;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One reader of a fill. Its own fields belong to the fill's lane, but for the status. */
final class FillReader implements OpenBlob {
  private final Fill fill;
  private final Repository source;
  private final Shelf shelf;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile CacheStatus status;
  private long position;
  private @Nullable Failure failure;

  FillReader(Fill fill, Repository source, long first, Shelf shelf) {
    this.fill = fill;
    this.source = source;
    this.position = first;
    this.shelf = shelf;
    this.status = CacheStatus.of(CacheStatus.Outcome.MISS);
    shelf.use(fill.blob().digest());
  }

  @Override
  public long size() {
    return fill.blob().size();
  }

  @Override
  public CacheStatus status() {
    return status;
  }

  void status(CacheStatus now) {
    status = now;
  }

  /** The first byte is here: by now it is known who sends those that were not held. */
  void begun() {
    CacheStatus now = status;
    Via via = fill.via();
    if (via != null && now.outcome() != CacheStatus.Outcome.HIT) {
      status = now.with(via == Via.PEER ? Detail.PEER : Detail.UPSTREAM);
    }
  }

  @Override
  public Future<ByteBuf> read(long from, long end, Use use) {
    Promise<ByteBuf> promise = Promise.promise();
    fill.onLane(() -> {
      position = from;
      Failure why = failure;
      if (why != null) {
        promise.fail(why.asException());
      } else {
        fill.ask(new Waiter(this, from, end, HeldReader.mode(use), promise));
      }
    });
    return promise.future();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      shelf.done(fill.blob().digest());
      fill.onLane(() -> fill.leave(this));
    }
  }

  boolean isOf(Repository repository) {
    return source.equals(repository);
  }

  /** Whether the reader has asked for bytes behind {@code end}, so that it needs none before. */
  boolean isBehind(long end) {
    return position >= end;
  }

  /** Its source has refused; what others get from theirs is not for it. */
  void fail(Failure why) {
    failure = why;
    fill.dropWaitersOf(this, why);
  }
}
