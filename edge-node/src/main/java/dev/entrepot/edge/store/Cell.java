package dev.entrepot.edge.store;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A live cell, open for reading. Thread-safe. */
public interface Cell extends ChunkReader {
  CellId id();

  CellLayout layout();

  /**
   * What {@link #read} gives, when that takes neither the disk nor a check; null otherwise. Never
   * waits for anything. May be called after {@link #close}, and gives null then.
   *
   * @throws RottenException when the bytes cannot be read after all
   */
  @Nullable ByteBuf readNow(int chunk, int from, int to, Mode mode);
}
