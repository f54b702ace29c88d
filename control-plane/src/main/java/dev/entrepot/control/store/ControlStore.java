package dev.entrepot.control.store;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Small records by table and key. Everything blocks; callable from any thread. */
public interface ControlStore extends AutoCloseable {

  /** What is kept where. */
  enum Table {
    META,
    KEYS,
    SNAPSHOTS,
    REVOCATIONS,
    JOIN_TOKENS,
    NODES
  }

  Optional<byte[]> get(Table table, String key);

  /** A whole table in the order of its keys. */
  SortedMap<String, byte[]> all(Table table);

  /** All of the changes or none; they survive a crash once this returns. */
  void write(List<Change> changes);

  @Override
  void close();

  /** One change. */
  sealed interface Change {
    record Put(Table table, String key, byte[] value) implements Change {}

    record Delete(Table table, String key) implements Change {}
  }
}
