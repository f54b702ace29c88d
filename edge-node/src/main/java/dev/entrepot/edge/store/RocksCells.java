package dev.entrepot.edge.store;

import dev.entrepot.common.oci.Digest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ChecksumType;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompressionType;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LevelMetaData;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileMetaData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cells as files of one column family that nothing else ever writes to.
 *
 * <pre>
 *   begin ──▶ growing (ingest/&lt;n&gt;.sst) ──ingest by move──▶ live (db/&lt;n&gt;.sst) ──drop──▶ gone
 *                 │                                            │
 *                 └── closed or crashed: the file goes          └── still open somewhere: its bytes
 *                                                                   count until the last one closes
 * </pre>
 *
 * <p>Files of this family never overlap: a cell is ingested only when nothing live covers it, so
 * each lands on the bottom level whole, and {@code deleteFilesInRanges} gives its space back at
 * once. The family is never written by put, delete or deleteRange, and never compacted by itself.
 */
final class RocksCells implements CellStore {
  private static final Logger LOG = LoggerFactory.getLogger(RocksCells.class);
  private static final int DROP_ATTEMPTS = 3;

  private final RocksDB db;
  private final ColumnFamilyHandle family;
  private final Path growing;
  private final StoreConfig config;
  private final Map<String, String> ingestedPaths;
  private final Usage usage;
  private final Map<Digest, Map<Integer, LiveFile>> files = new ConcurrentHashMap<>();
  private final Set<GrowingCell> writers = ConcurrentHashMap.newKeySet();
  private final OpenCells open;
  private final AtomicLong names = new AtomicLong();
  private final AtomicLong liveBytes = new AtomicLong();
  private final AtomicLong droppedButOpen = new AtomicLong();

  /** A file that RocksDB owns. */
  static final class LiveFile {
    final Path path;
    final long bytes;
    private boolean dropped;
    private int readers;

    LiveFile(Path path, long bytes) {
      this.path = path;
      this.bytes = bytes;
    }
  }

  /**
   * @param ingestedPaths where the database's listener notes the inside path of each ingested file
   */
  RocksCells(
      RocksDB db,
      ColumnFamilyHandle family,
      Path growing,
      StoreConfig config,
      Map<String, String> ingestedPaths,
      Usage usage) {
    this.db = db;
    this.usage = usage;
    this.family = family;
    this.growing = growing;
    this.config = config;
    this.ingestedPaths = ingestedPaths;
    this.open = new OpenCells(config.openCells());
  }

  boolean mappedReads() {
    return config.mappedReads();
  }

  @Override
  public CellWriter begin(CellId id) {
    if (find(id) != null) {
      throw new IllegalStateException("cell " + id + " is live already");
    }
    Path path = growing.resolve(names.incrementAndGet() + ".sst");
    try (Usage.Turn _ = usage.enter()) {
      GrowingCell writer = new GrowingCell(id, path, options(), this);
      writers.add(writer);
      KillPoint.reached("cell-begun");
      return writer;
    } catch (RocksDBException e) {
      throw new StoreException("a cell could not be begun: " + e.getMessage(), e);
    }
  }

  @Override
  public Cell open(CellId id, CellLayout layout) {
    LiveFile live = find(id);
    if (live == null) {
      throw new RottenException(id, "it is not there");
    }
    OpenCells.Entry entry = open.get(id, () -> openFile(id, live, layout));
    return new LiveCell(id, layout, entry);
  }

  @Override
  public void drop(Collection<Digest> blobs) {
    List<byte[]> ranges = new ArrayList<>();
    List<CellId> targets = new ArrayList<>();
    for (Digest blob : blobs) {
      Map<Integer, LiveFile> cells = files.get(blob);
      if (cells != null) {
        cells.keySet().forEach(number -> targets.add(new CellId(blob, number)));
        ranges.add(CellKeys.blob(blob));
        ranges.add(CellKeys.behind(blob));
      }
    }
    dropFiles(ranges, targets);
  }

  @Override
  public void dropCells(Collection<CellId> cells) {
    List<byte[]> ranges = new ArrayList<>();
    for (CellId id : cells) {
      ranges.add(CellKeys.first(id));
      ranges.add(CellKeys.first(new CellId(id.digest(), id.number() + 1)));
    }
    dropFiles(ranges, cells);
  }

  @Override
  public Map<CellId, Long> live() {
    Map<CellId, Long> found = new HashMap<>();
    files.forEach((digest, cells) ->
        cells.forEach((number, file) -> found.put(new CellId(digest, number), file.bytes)));
    return found;
  }

  @Override
  public long bytesOf(Digest blob) {
    Map<Integer, LiveFile> live = files.getOrDefault(blob, Map.of());
    long written = live.values().stream().mapToLong(file -> file.bytes).sum();
    return written
        + writers.stream()
            .filter(writer -> writer.isOf(blob))
            .mapToLong(GrowingCell::fileBytes)
            .sum();
  }

  @Override
  public long bytesOnDisk() {
    long writing = writers.stream().mapToLong(GrowingCell::fileBytes).sum();
    return liveBytes.get() + droppedButOpen.get() + writing;
  }

  /** Moves a finished file into the database and checks that it lies right. */
  void ingest(CellId id, Path path, CellLayout layout) throws RocksDBException {
    try (Usage.Turn _ = usage.enter();
        IngestExternalFileOptions options = new IngestExternalFileOptions()) {
      options.setMoveFiles(true).setWriteGlobalSeqno(false).setSnapshotConsistency(false);
      options.setAllowBlockingFlush(false);
      db.ingestExternalFile(family, List.of(path.toString()), options);
    }
    String inside = ingestedPaths.remove(path.toString());
    if (inside == null) {
      throw new RocksDBException("the database did not say where the cell went");
    }
    remember(id, new LiveFile(Path.of(inside), layout.fileBytes()));
  }

  /** Lets go of a writer; {@code leftOver} is its file when it was not ingested. */
  void ended(GrowingCell writer, @Nullable Path leftOver) {
    writers.remove(writer);
    if (leftOver != null) {
      try {
        Files.deleteIfExists(leftOver);
      } catch (IOException e) {
        LOG.warn("could not remove {}: {}", leftOver, e.getMessage());
      }
    }
  }

  /** Reads what is live from the database; moves what does not lie on the bottom down to it. */
  void load() throws RocksDBException {
    if (moveDown()) {
      LOG.info("moved cells to the bottom level");
    }
    files.clear();
    liveBytes.set(0);
    for (LevelMetaData level : db.getColumnFamilyMetaData(family).levels()) {
      for (SstFileMetaData file : level.files()) {
        Path path = Path.of(file.path(), file.fileName());
        remember(CellKeys.parse(file.smallestKey()), new LiveFile(path, file.size()));
      }
    }
  }

  /** A file above the bottom could never be dropped. Says whether there was one. */
  private boolean moveDown() throws RocksDBException {
    boolean moved = false;
    for (LevelMetaData level : db.getColumnFamilyMetaData(family).levels()) {
      if (level.level() == 0) {
        for (SstFileMetaData file : level.files()) {
          db.compactRange(family, file.smallestKey(), file.largestKey());
          moved = true;
        }
      }
    }
    return moved;
  }

  void close() {
    open.clear();
    List.copyOf(writers).forEach(GrowingCell::close);
  }

  private void remember(CellId id, LiveFile file) {
    files.computeIfAbsent(id.digest(), _ -> new ConcurrentHashMap<>()).put(id.number(), file);
    liveBytes.addAndGet(file.bytes);
  }

  private @Nullable LiveFile find(CellId id) {
    Map<Integer, LiveFile> cells = files.get(id.digest());
    return cells == null ? null : cells.get(id.number());
  }

  private OpenCells.Entry openFile(CellId id, LiveFile live, CellLayout layout) {
    try {
      CellFile file = CellFile.open(id, live.path, () -> closed(live));
      opened(live);
      if (file.size() != layout.fileBytes()) {
        file.release();
        throw new RottenException(id, "its file has another size");
      }
      MemorySegment mapped = config.mappedReads() ? file.map(0, layout.fileBytes()) : null;
      Checks checks =
          new Checks(live.path, layout.lengths().length, config.recheckAfter(), System::nanoTime);
      return new OpenCells.Entry(file, mapped, checks);
    } catch (IOException e) {
      throw new RottenException(id, "its file cannot be opened: " + e.getMessage());
    }
  }

  private void opened(LiveFile live) {
    synchronized (live) {
      live.readers++;
    }
  }

  private void closed(LiveFile live) {
    synchronized (live) {
      live.readers--;
      if (live.dropped && live.readers == 0) {
        droppedButOpen.addAndGet(-live.bytes);
      }
    }
  }

  /** The file is off the disk's directory; its bytes are given back when nobody reads it. */
  private void dropped(LiveFile live) {
    liveBytes.addAndGet(-live.bytes);
    synchronized (live) {
      live.dropped = true;
      if (live.readers > 0) {
        droppedButOpen.addAndGet(live.bytes);
      }
    }
  }

  private void dropFiles(List<byte[]> ranges, Collection<CellId> targets) {
    if (ranges.isEmpty()) {
      return;
    }
    targets.forEach(open::forget);
    try (Usage.Turn _ = usage.enter()) {
      for (int attempt = 0; attempt < DROP_ATTEMPTS; attempt++) {
        db.deleteFilesInRanges(family, ranges, false);
        KillPoint.reached("cells-dropped");
        if (forgetGone(targets)) {
          return;
        }
      }
      LOG.warn("some cells could not be dropped yet; they count and are tried again later");
    } catch (RocksDBException e) {
      throw new StoreException("cells could not be dropped: " + e.getMessage(), e);
    }
  }

  /** Forgets the files that are really gone; says whether all of them are. */
  private boolean forgetGone(Collection<CellId> targets) {
    boolean all = true;
    for (CellId id : targets) {
      LiveFile file = find(id);
      if (file != null && Files.exists(file.path)) {
        all = false;
      } else if (file != null) {
        forget(id, file);
      }
    }
    return all;
  }

  private void forget(CellId id, LiveFile file) {
    files.computeIfPresent(
        id.digest(),
        (_, cells) -> {
          cells.remove(id.number());
          return cells.isEmpty() ? null : cells;
        });
    dropped(file);
  }

  /** The value of a chunk by RocksDB's own reading; for checks and for doubt. */
  ByteBuf get(CellId id, int chunk, int length) {
    ByteBuf value = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
    ByteBuf key = PooledByteBufAllocator.DEFAULT.directBuffer();
    try (Usage.Turn _ = usage.enter();
        ReadOptions options = new ReadOptions().setFillCache(false)) {
      key.writeBytes(CellKeys.chunk(id.digest(), id.number() * CELL_CHUNKS + chunk));
      int found = db.get(family, options, key.nioBuffer(), value.nioBuffer(0, length));
      if (found != length) {
        throw new RottenException(id, "RocksDB has " + found + " bytes of a chunk");
      }
      return value.writerIndex(length);
    } catch (RocksDBException e) {
      value.release();
      throw new RottenException(id, "RocksDB cannot read it: " + e.getMessage());
    } catch (RottenException e) {
      value.release();
      throw e;
    } finally {
      key.release();
    }
  }

  private static Options options() {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setChecksumType(ChecksumType.kXXH3)
            .setBlockSize(1) // every value in a block of its own, however short
            .setFormatVersion(5);
    return new Options()
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setTableFormatConfig(table);
  }
}
