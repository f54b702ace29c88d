package dev.entrepot.edge.store;

import static dev.entrepot.edge.store.CellStore.CELL_CHUNKS;

import dev.entrepot.common.oci.Digest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/**
 * A cell's file while {@link SstFileWriter} writes it, readable as far as it has reached the file.
 *
 * <p>The table format puts every chunk into a block of its own: after put <i>n</i> the writer's
 * file size is where block <i>n</i> will begin, and the value lies a short header behind that. The
 * writer keeps a block back until the next put, and the file's own length says how far the bytes
 * have come; a chunk is readable when its end has. Whether the value really lies where this
 * arithmetic says is checked against RocksDB itself when the cell is ingested.
 */
final class GrowingCell implements CellWriter {
  /** Entry header: shared length, key length, value length; then the internal key. */
  private static final int INTERNAL_KEY_SUFFIX = 8;

  private final CellId id;
  private final Path path;
  private final RocksCells cells;
  private final EnvOptions env = new EnvOptions();
  private final Options options;
  private final SstFileWriter writer;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final @Nullable MemorySegment[] maps = new MemorySegment[CELL_CHUNKS];
  private final int[] lengths = new int[CELL_CHUNKS];
  private final int[] crcs = new int[CELL_CHUNKS];
  private final long[] offsets = new long[CELL_CHUNKS];
  private final ByteBuf key = PooledByteBufAllocator.DEFAULT.directBuffer(128);
  private volatile int appended;
  private volatile int readable;
  private volatile @Nullable CellFile file;
  private volatile boolean ingested;

  GrowingCell(CellId id, Path path, Options options, RocksCells cells) throws RocksDBException {
    this.id = id;
    this.path = path;
    this.cells = cells;
    this.options = options;
    this.writer = new SstFileWriter(env, options);
    writer.open(path.toString());
  }

  /** Whether it is a cell of that blob. */
  boolean isOf(Digest blob) {
    return id.digest().equals(blob);
  }

  @Override
  public synchronized void append(ByteBuf chunk) {
    checkOpen();
    int n = appended;
    int length = chunk.readableBytes();
    ByteBuffer value = chunk.nioBuffer();
    try {
      put(n, value);
      lengths[n] = length;
      crcs[n] = CellFile.crc32c(chunk.nioBuffer());
      offsets[n] = writer.fileSize() + headerBytes(length);
      appended = n + 1;
      measure();
    } catch (RocksDBException e) {
      throw new StoreException("a cell could not be written: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StoreException("a cell could not be read back: " + e.getMessage(), e);
    }
    KillPoint.reached("chunk-appended");
  }

  @Override
  public int readable() {
    return readable;
  }

  @Override
  public long fileBytes() {
    if (ingested) {
      return 0; // it counts as live by now
    }
    CellFile open = file;
    return open == null ? 0 : open.size();
  }

  @Override
  public ByteBuf read(int chunk, int from, int to, Mode mode) {
    CellFile open = file;
    if (open == null || chunk >= readable) {
      throw new IllegalStateException("chunk " + chunk + " of " + id + " is not readable yet");
    }
    boolean plain = mode == Mode.PLAIN && cells.mappedReads();
    return open.read(
        plain ? () -> mapped(open, chunk) : null,
        offsets[chunk],
        lengths[chunk],
        from,
        to,
        crcs[chunk]);
  }

  @Override
  public synchronized CellLayout ingest() {
    checkOpen();
    try {
      KillPoint.reached("cell-finishing");
      writer.finish();
      measure();
      KillPoint.reached("cell-finished");
      int count = appended;
      CellLayout layout =
          new CellLayout(
              Arrays.copyOf(lengths, count),
              Arrays.copyOf(crcs, count),
              Arrays.copyOf(offsets, count),
              Files.size(path));
      cells.ingest(id, path, layout);
      ingested = true;
      KillPoint.reached("cell-ingested");
      return layout;
    } catch (RocksDBException | IOException e) {
      throw new StoreException("a cell could not be made live: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    if (closed.compareAndSet(false, true)) {
      writer.close();
      options.close();
      env.close();
      key.release();
      CellFile open = file;
      if (open != null) {
        open.release();
      }
      cells.ended(this, ingested ? null : path);
    }
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new StoreException("the cell " + id + " is no longer being written");
    }
  }

  /** Finds out how many chunks have reached the file. */
  private void measure() throws IOException {
    CellFile open = file;
    if (open == null) {
      open = CellFile.open(id, path, () -> {});
      file = open;
    }
    long size = open.size();
    int count = readable;
    while (count < appended && offsets[count] + lengths[count] <= size) {
      count++;
    }
    readable = count;
  }

  private void put(int n, ByteBuffer value) throws RocksDBException {
    byte[] name = CellKeys.chunk(id.digest(), id.number() * CELL_CHUNKS + n);
    key.clear().writeBytes(name);
    ByteBuffer direct = value;
    ByteBuf copy = null;
    if (!value.isDirect()) {
      copy = PooledByteBufAllocator.DEFAULT.directBuffer(value.remaining());
      copy.writeBytes(value);
      direct = copy.nioBuffer();
    }
    try {
      writer.put(key.nioBuffer(), direct);
    } finally {
      if (copy != null) {
        copy.release();
      }
    }
  }

  private MemorySegment mapped(CellFile open, int chunk) {
    synchronized (maps) {
      MemorySegment map = maps[chunk];
      if (map == null) {
        map = open.map(offsets[chunk], lengths[chunk]);
        maps[chunk] = map;
      }
      return map;
    }
  }

  private int headerBytes(int valueBytes) {
    int internalKey = CellKeys.first(id).length + INTERNAL_KEY_SUFFIX;
    return 1 + varintBytes(internalKey) + varintBytes(valueBytes) + internalKey;
  }

  private static int varintBytes(int value) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 6) / 7);
  }
}
