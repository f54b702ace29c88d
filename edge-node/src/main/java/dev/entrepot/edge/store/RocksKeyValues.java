package dev.entrepot.edge.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Small values in ordinary column families behind the write-ahead log. */
final class RocksKeyValues implements KeyValueStore {
  private final RocksDB db;
  private final Map<Table, ColumnFamilyHandle> families;
  private final Usage usage;

  RocksKeyValues(RocksDB db, Map<Table, ColumnFamilyHandle> families, Usage usage) {
    this.db = db;
    this.usage = usage;
    this.families = Map.copyOf(families);
  }

  @Override
  public Optional<byte[]> get(Table table, byte[] key) {
    try (Usage.Turn _ = usage.enter()) {
      return Optional.ofNullable(db.get(family(table), key));
    } catch (RocksDBException e) {
      throw failed("read", e);
    }
  }

  @Override
  public long metadataBytesOnDisk() {
    long bytes = 0;
    try (Usage.Turn _ = usage.enter()) {
      for (Table table : Table.values()) {
        if (table != Table.OBJECTS) {
          bytes += db.getLongProperty(family(table), "rocksdb.total-sst-files-size");
        }
      }
      return bytes;
    } catch (RocksDBException e) {
      throw failed("be measured", e);
    }
  }

  @Override
  public void scan(Table table, byte[] prefix, BiPredicate<byte[], byte[]> visitor) {
    try (Usage.Turn _ = usage.enter();
        ReadOptions options = new ReadOptions().setTotalOrderSeek(true);
        RocksIterator entries = db.newIterator(family(table), options)) {
      entries.seek(prefix);
      while (entries.isValid()
          && startsWith(entries.key(), prefix)
          && visitor.test(entries.key(), entries.value())) {
        entries.next();
      }
      entries.status();
    } catch (RocksDBException e) {
      throw failed("scan", e);
    }
  }

  @Override
  public void write(List<Change> changes, boolean sync) {
    try (Usage.Turn _ = usage.enter();
        WriteBatch batch = new WriteBatch();
        WriteOptions options = new WriteOptions().setSync(sync)) {
      for (Change change : changes) {
        switch (change) {
          case Change.Put(Table table, byte[] key, byte[] value) ->
              batch.put(family(table), key, value);
          case Change.Delete(Table table, byte[] key) -> batch.delete(family(table), key);
        }
      }
      db.write(options, batch);
    } catch (RocksDBException e) {
      throw failed("write", e);
    }
  }

  private ColumnFamilyHandle family(Table table) {
    ColumnFamilyHandle family = families.get(table);
    if (family == null) {
      throw new IllegalStateException("no such table: " + table);
    }
    return family;
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && java.util.Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static StoreException failed(String what, RocksDBException cause) {
    return new StoreException("the store cannot " + what + ": " + cause.getMessage(), cause);
  }
}
