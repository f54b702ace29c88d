package dev.entrepot.edge.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ChecksumType;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.ExternalFileIngestionInfo;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of an edge on one directory.
 *
 * <pre>
 *   &lt;directory&gt;/db       RocksDB: one column family for each table, and "cells"
 *   &lt;directory&gt;/ingest   cells being written; emptied at start
 *   &lt;directory&gt;/broken-… a database that could not be opened, set aside for a look
 * </pre>
 *
 * <p>The table {@code META} carries the format version. A newer one is refused. What a crash leaves
 * is repaired at open: the log's torn tail is cut off, left-over files go.
 */
public final class RocksStore implements AutoCloseable {
  /** The format that this version writes. */
  public static final int FORMAT = 1;

  private static final Logger LOG = LoggerFactory.getLogger(RocksStore.class);
  private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CELLS = "cells".getBytes(StandardCharsets.US_ASCII);
  private static final long META_CACHE_BYTES = 64L << 20;
  private static final long WRITE_BUFFERS_BYTES = 64L << 20;
  private static final long WAL_BYTES = 128L << 20;
  private static final int MAX_OPEN_FILES = 4096;

  private static final Duration END = Duration.ofSeconds(10);

  private final RocksDB db;
  private final List<AutoCloseable> owned;
  private final RocksKeyValues keyValues;
  private final RocksCells cells;
  private final Usage usage;

  private RocksStore(
      RocksDB db,
      List<AutoCloseable> owned,
      RocksKeyValues keyValues,
      RocksCells cells,
      Usage usage) {
    this.usage = usage;
    this.db = db;
    this.owned = owned;
    this.keyValues = keyValues;
    this.cells = cells;
  }

  /**
   * Opens the store, making it when it is not there. Blocks.
   *
   * @throws StoreException with one sentence that says what to do: the directory cannot be written,
   *     another process has it, or a newer version wrote it
   */
  public static RocksStore open(StoreConfig config) {
    Path directory = config.directory().toAbsolutePath();
    prepare(directory);
    RocksDB.loadLibrary();
    try {
      return openDatabase(directory, config);
    } catch (RocksDBException e) {
      refuseWhenLocked(directory, e);
      return openAfterSettingAside(directory, config, e);
    }
  }

  /** Small values. */
  public KeyValueStore keyValues() {
    return keyValues;
  }

  /** Large blobs. */
  public CellStore cells() {
    return cells;
  }

  /** Waits for whoever is reading or writing; later calls fail. May be called again. */
  @Override
  public void close() {
    if (!usage.end(END)) {
      LOG.error("the store is still in use; it is left as a crash would leave it");
      return;
    }
    cells.close();
    for (AutoCloseable part : owned.reversed()) {
      closeQuietly(part);
    }
    closeQuietly(db);
  }

  private static void prepare(Path directory) {
    Path probe = directory.resolve("ingest").resolve("probe");
    try {
      closeToOthers(directory.resolve("ingest"));
      closeToOthers(directory.resolve("db"));
      try (Stream<Path> leftOver = Files.list(directory.resolve("ingest"))) {
        for (Path file : leftOver.toList()) {
          Files.delete(file);
        }
      }
      Files.write(probe, new byte[1]);
      Files.delete(probe);
    } catch (IOException e) {
      throw new StoreException(
          "the data directory "
              + directory
              + " cannot be written ("
              + e.getMessage()
              + "): make it writable for this user, or choose another one",
          e);
    }
  }

  /** What is private upstream is not for other users of this machine. */
  private static void closeToOthers(Path directory) throws IOException {
    Set<PosixFilePermission> own = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(own));
    if (!own.containsAll(Files.getPosixFilePermissions(directory))) {
      Files.setPosixFilePermissions(directory, own);
    }
  }

  private static void refuseWhenLocked(Path directory, RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("lock") || message.contains("LOCK")) {
      throw new StoreException(
          "the data directory "
              + directory
              + " is in use by another process: stop that one, or choose another directory",
          e);
    }
  }

  /** A cache may begin anew, but never silently, and never by deleting what might be looked at. */
  private static RocksStore openAfterSettingAside(
      Path directory, StoreConfig config, RocksDBException cause) {
    Path aside = directory.resolve("broken-" + System.currentTimeMillis());
    LOG.error(
        "the store in {} cannot be opened ({}): it is set aside as {} and an empty one begins",
        directory,
        cause.getMessage(),
        aside.getFileName());
    try {
      Files.move(directory.resolve("db"), aside);
      return openDatabase(directory, config);
    } catch (IOException | RocksDBException e) {
      throw new StoreException(
          "the store in "
              + directory
              + " cannot be opened ("
              + cause.getMessage()
              + "): check the disk, or move the directory away",
          e);
    }
  }

  private static RocksStore openDatabase(Path directory, StoreConfig config)
      throws RocksDBException {
    List<AutoCloseable> owned = new ArrayList<>();
    Map<String, String> ingestedPaths = new ConcurrentHashMap<>();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      Cache cache = keep(owned, new LRUCache(META_CACHE_BYTES));
      List<ColumnFamilyDescriptor> families = families(owned, cache);
      DBOptions options = keep(owned, databaseOptions(owned, ingestedPaths));
      RocksDB db = RocksDB.open(options, directory.resolve("db").toString(), families, handles);
      owned.addAll(handles);
      Map<Table, ColumnFamilyHandle> tables = new EnumMap<>(Table.class);
      for (Table table : Table.values()) {
        tables.put(table, handles.get(table.ordinal() + 1));
      }
      Usage usage = new Usage();
      RocksKeyValues keyValues = new RocksKeyValues(db, tables, usage);
      RocksCells cells =
          new RocksCells(
              db, handles.getLast(), directory.resolve("ingest"), config, ingestedPaths, usage);
      RocksStore store = new RocksStore(db, owned, keyValues, cells, usage);
      store.checkFormat(directory);
      cells.load();
      return store;
    } catch (RocksDBException e) {
      owned.reversed().forEach(RocksStore::closeQuietly);
      throw e;
    }
  }

  private void checkFormat(Path directory) {
    int format =
        keyValues
            .get(Table.META, FORMAT_KEY)
            .map(value -> ByteBuffer.wrap(value).getInt())
            .orElse(0);
    if (format > FORMAT) {
      close();
      throw new StoreException(
          "the store in "
              + directory
              + " was written by a newer version (format "
              + format
              + ", this one knows "
              + FORMAT
              + "): run that version, or choose another directory");
    }
    if (format < FORMAT) {
      byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt(FORMAT).array();
      keyValues.write(List.of(new KeyValueStore.Change.Put(Table.META, FORMAT_KEY, value)), true);
    }
  }

  /** The default family that RocksDB insists on, one for each table, and the cells. */
  private static List<ColumnFamilyDescriptor> families(List<AutoCloseable> owned, Cache cache) {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    families.add(
        new ColumnFamilyDescriptor(
            RocksDB.DEFAULT_COLUMN_FAMILY, keep(owned, new ColumnFamilyOptions())));
    for (Table table : Table.values()) {
      byte[] name = table.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
      families.add(new ColumnFamilyDescriptor(name, keep(owned, tableOptions(cache))));
    }
    families.add(new ColumnFamilyDescriptor(CELLS, keep(owned, cellOptions())));
    return families;
  }

  private static ColumnFamilyOptions tableOptions(Cache cache) {
    return new ColumnFamilyOptions()
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setChecksumType(ChecksumType.kXXH3)
                .setBlockSize(16 << 10));
  }

  private static ColumnFamilyOptions cellOptions() {
    return new ColumnFamilyOptions()
        .setDisableAutoCompactions(true)
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setTableFormatConfig(
            new BlockBasedTableConfig().setNoBlockCache(true).setChecksumType(ChecksumType.kXXH3));
  }

  private static DBOptions databaseOptions(
      List<AutoCloseable> owned, Map<String, String> ingestedPaths) {
    AbstractEventListener listener =
        keep(
            owned,
            new AbstractEventListener(
                AbstractEventListener.EnabledEventCallback.ON_EXTERNAL_FILE_INGESTED) {
              @Override
              public void onExternalFileIngested(RocksDB db, ExternalFileIngestionInfo info) {
                ingestedPaths.put(info.getExternalFilePath(), info.getInternalFilePath());
              }
            });
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setListeners(List.of(listener))
        .setMaxOpenFiles(MAX_OPEN_FILES)
        .setDbWriteBufferSize(WRITE_BUFFERS_BYTES)
        .setMaxTotalWalSize(WAL_BYTES)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(3)
        .setStatsDumpPeriodSec(0);
  }

  private static <T extends AutoCloseable> T keep(List<AutoCloseable> owned, T part) {
    owned.add(part);
    return part;
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("could not close a part of the store: {}", e.getMessage());
    }
  }
}
