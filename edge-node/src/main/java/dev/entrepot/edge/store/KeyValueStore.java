package dev.entrepot.edge.store;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Small values under ordered byte keys. Every method blocks. Methods throw {@link StoreException}
 * when the disk is full or broken; what was written before stays.
 */
public interface KeyValueStore {

  /** The value under a key. */
  Optional<byte[]> get(Table table, byte[] key);

  /**
   * Visits the entries whose keys begin with {@code prefix} in the order of their unsigned bytes,
   * until the visitor answers false.
   */
  void scan(Table table, byte[] prefix, BiPredicate<byte[], byte[]> visitor);

  /**
   * Writes all changes or none.
   *
   * @param sync whether the batch must survive a power cut when this returns
   */
  void write(List<Change> changes, boolean sync);

  /**
   * Bytes of disk that all tables but {@link Table#OBJECTS} take in files of their own, about; what
   * is only in the log yet is bounded and not counted.
   */
  long metadataBytesOnDisk();

  /** One change of a batch. */
  sealed interface Change {
    Table table();

    byte[] key();

    /** Sets a value. */
    record Put(Table table, byte[] key, byte[] value) implements Change {
      @Override
      public String toString() {
        return "Put(" + table + ", " + Arrays.toString(key) + ", " + value.length + " bytes)";
      }
    }

    /** Removes a key; one that is not there is no error. */
    record Delete(Table table, byte[] key) implements Change {}
  }
}
