package dev.entrepot.control.ca;

import dev.entrepot.control.store.ControlStore;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps records as long as the test runs. */
final class HeapStore implements ControlStore {
  private final Map<Table, TreeMap<String, byte[]>> tables = new EnumMap<>(Table.class);

  HeapStore() {
    for (Table table : Table.values()) {
      tables.put(table, new TreeMap<>());
    }
  }

  @Override
  public synchronized Optional<byte[]> get(Table table, String key) {
    return Optional.ofNullable(tables.get(table).get(key)).map(byte[]::clone);
  }

  @Override
  public synchronized SortedMap<String, byte[]> all(Table table) {
    return new TreeMap<>(tables.get(table));
  }

  @Override
  public synchronized void write(List<Change> changes) {
    for (Change change : changes) {
      switch (change) {
        case Change.Put put -> tables.get(put.table()).put(put.key(), put.value());
        case Change.Delete delete -> tables.get(delete.table()).remove(delete.key());
      }
    }
  }

  @Override
  public void close() {}
}
