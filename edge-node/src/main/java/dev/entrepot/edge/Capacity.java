package dev.entrepot.edge;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.config.SizeOrShare;
import dev.entrepot.edge.store.KeyValueStore;
import dev.entrepot.edge.store.KeyValueStore.Change;
import dev.entrepot.edge.store.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How many bytes may be used. A share is of what was free when the store was begun: that number is
 * kept with the store, for what is free later depends on what the store has taken.
 */
record Capacity(long bytes, long minFree) {
  private static final byte[] FREE_AT_FIRST = "free-at-first".getBytes(StandardCharsets.US_ASCII);
  private static final long LEAST = 64L << 20;

  /** Works them out. Blocks. */
  static Capacity of(EdgeSettings.Storage storage, KeyValueStore values, long usedNow) {
    Path directory = storage.directory();
    long free = freeBytes(directory);
    long atFirst = freeAtFirst(values, free);
    long bytes =
        storage.capacity() instanceof SizeOrShare.Bytes(long fixed)
            ? fixed
            : storage.capacity().of(atFirst);
    long minFree = storage.minFree().of(totalBytes(directory));
    if (Math.min(bytes, free - minFree + usedNow) < LEAST) {
      throw new Refusal(
          "there is too little room in "
              + directory.toAbsolutePath()
              + ": "
              + (free >> 20)
              + " MiB are free, "
              + (minFree >> 20)
              + " MiB must stay free (storage.min-free), and at least "
              + (LEAST >> 20)
              + " MiB are needed; make room, or choose another directory");
    }
    return new Capacity(bytes, minFree);
  }

  static long freeBytes(Path directory) {
    return asked(directory, FileStore::getUsableSpace);
  }

  private static long totalBytes(Path directory) {
    return asked(directory, FileStore::getTotalSpace);
  }

  private static long freeAtFirst(KeyValueStore values, long free) {
    return values
        .get(Table.META, FREE_AT_FIRST)
        .map(value -> ByteBuffer.wrap(value).getLong())
        .orElseGet(() -> {
          byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(free).array();
          values.write(List.of(new Change.Put(Table.META, FREE_AT_FIRST, value)), true);
          return free;
        });
  }

  private interface Question {
    long of(FileStore store) throws IOException;
  }

  private static long asked(Path directory, Question question) {
    try {
      return question.of(Files.getFileStore(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
