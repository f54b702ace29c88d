package dev.entrepot.control.store;

import dev.entrepot.common.config.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of a control plane in RocksDB: a column family for each table, every write synced.
 * Unlike an edge's cache it is never set aside or begun anew when it is damaged.
 */
public final class RocksControlStore implements ControlStore {
  /** The format that this version writes. */
  public static final int FORMAT = 1;

  private static final Logger LOG = LoggerFactory.getLogger(RocksControlStore.class);
  private static final String FORMAT_KEY = "format";
  private static final long WAL_BYTES = 32L << 20;

  private final RocksDB db;
  private final Map<Table, ColumnFamilyHandle> tables;
  private final List<AutoCloseable> owned;
  // Native memory: nothing may touch the database while or after it is closed.
  private final ReadWriteLock life = new ReentrantReadWriteLock();
  private boolean closed;

  private RocksControlStore(
      RocksDB db, Map<Table, ColumnFamilyHandle> tables, List<AutoCloseable> owned) {
    this.db = db;
    this.tables = tables;
    this.owned = owned;
  }

  /**
   * Opens the records in a directory, which is made when it is absent, for its user alone. Blocks.
   *
   * @throws Refusal when another process has it, a newer version wrote it, or it is damaged
   */
  public static RocksControlStore open(Path directory) {
    PrivateFiles.directory(directory);
    return open(directory, false);
  }

  /** The same for reading alone, with every block's checksum proven. */
  static RocksControlStore prove(Path directory) {
    RocksControlStore store = open(directory, true);
    try {
      store.db.verifyChecksum();
      return store;
    } catch (RocksDBException e) {
      store.close();
      throw damaged(directory, e);
    }
  }

  private static RocksControlStore open(Path directory, boolean readOnly) {
    RocksDB.loadLibrary();
    List<AutoCloseable> owned = new ArrayList<>();
    RocksControlStore store;
    try {
      store = open(directory, readOnly, owned);
    } catch (RocksDBException e) {
      closeAll(owned);
      throw refusal(directory, e);
    }
    try {
      store.checkFormat(directory, readOnly);
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static RocksControlStore open(Path directory, boolean readOnly, List<AutoCloseable> owned)
      throws RocksDBException {
    List<ColumnFamilyDescriptor> families = families(owned);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    DBOptions options = keep(owned, options());
    String path = directory.toAbsolutePath().toString();
    RocksDB db =
        readOnly
            ? RocksDB.openReadOnly(options, path, families, handles)
            : RocksDB.open(options, path, families, handles);
    owned.addAll(handles);
    Map<Table, ColumnFamilyHandle> tables = new EnumMap<>(Table.class);
    for (Table table : Table.values()) {
      tables.put(table, handles.get(table.ordinal() + 1));
    }
    return new RocksControlStore(db, tables, owned);
  }

  @Override
  public Optional<byte[]> get(Table table, String key) {
    return whileOpen(() -> {
      try {
        return Optional.ofNullable(db.get(family(table), bytes(key)));
      } catch (RocksDBException e) {
        throw failed("read", e);
      }
    });
  }

  @Override
  public SortedMap<String, byte[]> all(Table table) {
    return whileOpen(() -> {
      SortedMap<String, byte[]> all = new TreeMap<>();
      try (ReadOptions options = new ReadOptions().setTotalOrderSeek(true);
          RocksIterator entries = db.newIterator(family(table), options)) {
        for (entries.seekToFirst(); entries.isValid(); entries.next()) {
          all.put(new String(entries.key(), StandardCharsets.UTF_8), entries.value());
        }
        entries.status();
        return all;
      } catch (RocksDBException e) {
        throw failed("read", e);
      }
    });
  }

  @Override
  public void write(List<Change> changes) {
    whileOpen(() -> {
      try (WriteBatch batch = new WriteBatch();
          WriteOptions options = new WriteOptions().setSync(true)) {
        for (Change change : changes) {
          switch (change) {
            case Change.Put(Table table, String key, byte[] value) ->
                batch.put(family(table), bytes(key), value);
            case Change.Delete(Table table, String key) -> batch.delete(family(table), bytes(key));
          }
        }
        db.write(options, batch);
        return true;
      } catch (RocksDBException e) {
        throw failed("be written", e);
      }
    });
  }

  /** Writes the state of one moment into a directory that does not exist yet. */
  void checkpoint(Path directory) {
    whileOpen(() -> {
      try (Checkpoint checkpoint = Checkpoint.create(db)) {
        checkpoint.createCheckpoint(directory.toAbsolutePath().toString());
        return true;
      } catch (RocksDBException e) {
        throw failed("be copied", e);
      }
    });
  }

  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        closeAll(owned);
        db.close();
      }
    } finally {
      life.writeLock().unlock();
    }
  }

  private <T> T whileOpen(Supplier<T> work) {
    life.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the control plane's records are closed");
      }
      return work.get();
    } finally {
      life.readLock().unlock();
    }
  }

  private void checkFormat(Path directory, boolean readOnly) {
    int format = get(Table.META, FORMAT_KEY).map(it -> ByteBuffer.wrap(it).getInt()).orElse(0);
    if (format > FORMAT) {
      throw new Refusal(
          "the control plane's state in "
              + directory
              + " was written by a newer version (format "
              + format
              + ", this one knows "
              + FORMAT
              + "): run that version, or restore an older backup");
    }
    if (format < FORMAT && !readOnly) {
      byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt(FORMAT).array();
      write(List.of(new Change.Put(Table.META, FORMAT_KEY, value)));
    }
  }

  private ColumnFamilyHandle family(Table table) {
    ColumnFamilyHandle family = tables.get(table);
    if (family == null) {
      throw new IllegalStateException("no such table: " + table);
    }
    return family;
  }

  private static List<ColumnFamilyDescriptor> families(List<AutoCloseable> owned) {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    families.add(
        new ColumnFamilyDescriptor(
            RocksDB.DEFAULT_COLUMN_FAMILY, keep(owned, new ColumnFamilyOptions())));
    for (Table table : Table.values()) {
      families.add(
          new ColumnFamilyDescriptor(
              bytes(table.name().toLowerCase(Locale.ROOT)),
              keep(owned, new ColumnFamilyOptions())));
    }
    return families;
  }

  private static DBOptions options() {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setMaxTotalWalSize(WAL_BYTES)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(3)
        .setStatsDumpPeriodSec(0);
  }

  private static Refusal refusal(Path directory, RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("lock") || message.contains("LOCK")) {
      return new Refusal(
          "the control plane's state in "
              + directory
              + " is in use by another process: stop that one, or choose another directory",
          e);
    }
    return damaged(directory, e);
  }

  private static Refusal damaged(Path directory, RocksDBException e) {
    return new Refusal(
        "the control plane's state in "
            + directory
            + " cannot be read ("
            + e.getMessage()
            + "): check the disk, or restore a backup into an empty directory",
        e);
  }

  private static IllegalStateException failed(String what, RocksDBException cause) {
    return new IllegalStateException(
        "the control plane's records cannot " + what + ": " + cause.getMessage(), cause);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static <T extends AutoCloseable> T keep(List<AutoCloseable> owned, T part) {
    owned.add(part);
    return part;
  }

  private static void closeAll(List<AutoCloseable> owned) {
    for (AutoCloseable part : owned.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("could not close a part of the records: {}", e.getMessage());
      }
    }
  }
}
