package dev.entrepot.edge.store;

import io.netty.buffer.ByteBuf;

/** Something whose chunks can be read. */
public interface ChunkReader extends AutoCloseable {

  /** How to hand bytes out. */
  enum Mode {
    /** Mapped memory where possible; only for plain sockets. */
    PLAIN,
    /** Always a copy in a pooled buffer; for anything that hands memory to native code, as TLS. */
    COPY
  }

  /**
   * Bytes {@code from} (inclusive) to {@code to} (exclusive) of a chunk whose CRC32C is right: it
   * is checked now, or was a moment ago ({@link StoreConfig#recheckAfter}). Blocks on cold pages.
   * The caller releases the buffer.
   *
   * @throws RottenException when the bytes are not those that were written
   */
  ByteBuf read(int chunk, int from, int to, Mode mode);

  /** Lets go of it. Handed-out slices stay valid until released. Idempotent. */
  @Override
  void close();
}
