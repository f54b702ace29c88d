package dev.entrepot.edge.blob;

import dev.entrepot.common.cache.CacheStatus;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;

/** A blob open for reading by one reader. Not thread-safe; futures complete on any thread. */
public interface OpenBlob extends AutoCloseable {

  /** What the bytes are for. */
  enum Use {
    /** To be written to a plain socket: they may be mapped memory. */
    PLAIN,
    /** To be handed to native code, as under TLS: always a copy. */
    NATIVE
  }

  /** Size of the whole blob in bytes. */
  long size();

  /** How this answer comes about. */
  CacheStatus status();

  /**
   * Bytes from {@code position} on: at least one, at most up to {@code end}, and never across a
   * chunk. The blob's last byte is given only when the whole blob is proved. Waits without any
   * limit of its own while a fill makes progress. Fails when the fill can not go on, or when the
   * bytes proved wrong: then the answer under way must be broken off, never ended. Several reads
   * may be outstanding. The caller releases the buffer.
   */
  Future<ByteBuf> read(long position, long end, Use use);

  /** Says that the reader is done or gone. A fill goes on for others, or by policy. Idempotent. */
  @Override
  void close();
}
