package dev.entrepot.edge.store;

import io.netty.buffer.ByteBuf;

/**
 * A cell being written, readable up to {@link #readable} while it grows. Appending and ingesting
 * are for one thread at a time; reading is for any.
 */
public interface CellWriter extends ChunkReader {

  /**
   * Appends the next chunk. Blocks. Reads from the buffer's reader index without moving it and does
   * not keep it.
   *
   * @throws StoreException when the disk refuses; the writer can then only be closed
   */
  void append(ByteBuf chunk);

  /** How many chunks {@link #read} can give by now; at most a few behind what was appended. */
  int readable();

  /** Bytes that the growing file takes on disk. */
  long fileBytes();

  /**
   * Makes the cell live: synced, moved into the store, verified to lie where it can be dropped
   * again. Blocks. After this the writer still reads until closed.
   *
   * @throws StoreException when the disk refuses; nothing is live then
   */
  CellLayout ingest();

  /** Removes what was not ingested, and lets go. Idempotent. */
  @Override
  void close();
}
