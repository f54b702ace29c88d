package dev.entrepot.edge.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which chunks of a live cell were found right lately, and therefore need no other check. Checking
 * costs more than all the rest of sending a chunk does, and what rots is the disk: bytes that were
 * right and have stayed in memory since are right still. So the last check of a chunk stands as
 * long as it is young, all of the chunk is in memory, and nobody has written to the file.
 *
 * <p>That a chunk left memory and came back between two looks at it goes unnoticed; therefore the
 * age. Thread-safe; waits for no disk.
 */
final class Checks {
  private final Path path;
  private final long lasts;
  private final LongSupplier nanos;
  private final int chunks;
  private volatile @Nullable Passed last;

  /** What a file looks like from outside: changes when somebody writes to it. */
  record Look(long bytes, FileTime modified) {}

  /** When chunks of a file that looks so were found right; zero is for never. */
  private record Passed(Look file, AtomicLongArray when) {}

  /**
   * @param lasts for how long a check stands; zero for not at all
   * @param nanos a clock, as {@link System#nanoTime}
   */
  Checks(Path path, int chunks, Duration lasts, LongSupplier nanos) {
    this.path = path;
    this.lasts = lasts.toNanos();
    this.nanos = nanos;
    this.chunks = chunks;
  }

  /** What the file looks like now; null when it cannot be told. To be taken before a check. */
  @Nullable Look look() {
    try {
      var now = Files.readAttributes(path, BasicFileAttributes.class);
      return new Look(now.size(), now.lastModifiedTime());
    } catch (IOException _) {
      return null;
    }
  }

  /**
   * Remembers that a chunk was found right.
   *
   * @param before what the file looked like before the chunk was read
   */
  synchronized void passed(int chunk, @Nullable Look before) {
    if (before == null) {
      return;
    }
    Passed now = last;
    if (now == null || !before.equals(now.file)) {
      now = new Passed(before, new AtomicLongArray(chunks));
      last = now; // as a whole: a check of one file must never stand for another
    }
    now.when.set(chunk, nanos.getAsLong() | 1);
  }

  /** Whether a chunk needs no other check; {@code bytes} is its mapped memory. */
  boolean stands(int chunk, MemorySegment bytes) {
    Passed now = last;
    if (now == null) {
      return false;
    }
    long when = now.when.get(chunk);
    return when != 0
        && nanos.getAsLong() - when < lasts
        && bytes.isLoaded()
        && now.file.equals(look());
  }
}
