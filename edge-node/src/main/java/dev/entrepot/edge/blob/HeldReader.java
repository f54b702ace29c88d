package dev.entrepot.edge.blob;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.edge.store.Cell;
import dev.entrepot.edge.store.CellId;
import dev.entrepot.edge.store.CellLayout;
import dev.entrepot.edge.store.CellStore;
import dev.entrepot.edge.store.ChunkReader;
import dev.entrepot.edge.store.DiskRoom;
import dev.entrepot.edge.store.RottenException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a large blob that is held whole. When the disk turns out to have lost or changed bytes, the
 * blob is dropped and fetched again, and the reader goes on from there: bytes are bytes, whichever
 * way they come.
 */
final class HeldReader implements OpenBlob {
  private static final Logger LOG = LoggerFactory.getLogger(HeldReader.class);

  private final Digest digest;
  private final BlobRecord record;
  private final Geometry geometry;
  private final CacheStatus status;
  private final CellStore cells;
  private final DiskRoom disk;
  private final Shelf shelf;
  private final BlobStats stats;
  private final Supplier<Future<OpenBlob>> again;
  private final AtomicReference<@Nullable Future<OpenBlob>> instead = new AtomicReference<>();
  private final AtomicReference<@Nullable Cell> held = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param again opens the blob anew, through a fill
   */
  HeldReader(
      Digest digest,
      BlobRecord record,
      CacheStatus status,
      CellStore cells,
      DiskRoom disk,
      Shelf shelf,
      BlobStats stats,
      Supplier<Future<OpenBlob>> again) {
    this.digest = digest;
    this.record = record;
    this.geometry = new Geometry(record.size());
    this.status = status;
    this.cells = cells;
    this.disk = disk;
    this.shelf = shelf;
    this.stats = stats;
    this.again = again;
    shelf.use(digest);
  }

  @Override
  public long size() {
    return record.size();
  }

  @Override
  public CacheStatus status() {
    return status;
  }

  @Override
  public Future<ByteBuf> read(long position, long end, Use use) {
    Future<OpenBlob> other = instead.get();
    if (other != null) {
      return other.compose(blob -> blob.read(position, end, use));
    }
    ByteBuf now = readNow(position, end, mode(use));
    return now != null ? Future.succeededFuture(now) : readBlocking(position, end, use);
  }

  private Future<ByteBuf> readBlocking(long position, long end, Use use) {
    return disk.call(() -> readHeld(position, end, mode(use)))
        .recover(cause ->
            cause instanceof RottenException rotten
                ? refetch(rotten).compose(blob -> blob.read(position, end, use))
                : Future.failedFuture(cause));
  }

  /** How to read bytes for a use. */
  static ChunkReader.Mode mode(Use use) {
    return switch (use) {
      case PLAIN -> ChunkReader.Mode.PLAIN;
      case NATIVE -> ChunkReader.Mode.COPY;
    };
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      shelf.done(digest);
      hold(null);
      Future<OpenBlob> other = instead.get();
      if (other != null) {
        other.onSuccess(OpenBlob::close);
      }
    }
  }

  private ByteBuf readHeld(long position, long end, ChunkReader.Mode mode) {
    int chunk = geometry.chunkAt(position);
    int number = geometry.cellOf(chunk);
    CellId id = new CellId(digest, number);
    CellLayout layout = record.cells().get(number);
    if (layout == null) {
      throw new RottenException(id, "its layout was never written down");
    }
    Cell cell = cells.open(id, layout);
    try {
      return counted(
          cell.read(geometry.inCell(chunk), from(chunk, position), to(chunk, end), mode));
    } finally {
      hold(cell);
    }
  }

  /** What is in memory and known to be right is no work for the disk's threads. */
  private @Nullable ByteBuf readNow(long position, long end, ChunkReader.Mode mode) {
    int chunk = geometry.chunkAt(position);
    Cell cell = held.get();
    if (cell == null || cell.id().number() != geometry.cellOf(chunk)) {
      return null;
    }
    try {
      ByteBuf bytes =
          cell.readNow(geometry.inCell(chunk), from(chunk, position), to(chunk, end), mode);
      return bytes == null ? null : counted(bytes);
    } catch (RottenException _) {
      return null; // and the way over the disk says so again
    }
  }

  private int from(int chunk, long position) {
    return (int) (position - geometry.firstByte(chunk));
  }

  private int to(int chunk, long end) {
    return (int) Math.min(geometry.chunkBytes(chunk), end - geometry.firstByte(chunk));
  }

  private ByteBuf counted(ByteBuf bytes) {
    stats.servedFromStore(bytes.readableBytes());
    return bytes;
  }

  /** Keeps the cell for the next chunk, in the place of the one before. */
  private void hold(@Nullable Cell cell) {
    Cell before = held.getAndSet(cell);
    if (before != null) {
      before.close();
    }
    if (cell != null && (closed.get() || instead.get() != null)) {
      hold(null);
    }
  }

  /** The first to notice drops the blob; whoever else reads it joins the same new fill. */
  private Future<OpenBlob> refetch(RottenException rotten) {
    Promise<OpenBlob> mine = Promise.promise();
    if (!instead.compareAndSet(null, mine.future())) {
      return Objects.requireNonNull(instead.get());
    }
    LOG.warn("{}: fetched again", rotten.getMessage());
    hold(null);
    stats.foundRotten();
    disk.<Boolean>call(
            () -> {
              shelf.discardRotten(digest, record);
              return true;
            })
        .compose(_ -> again.get())
        .onComplete(mine);
    mine.future().onSuccess(this::closeIfLate);
    return mine.future();
  }

  private void closeIfLate(OpenBlob opened) {
    if (closed.get()) {
      opened.close();
    }
  }
}
