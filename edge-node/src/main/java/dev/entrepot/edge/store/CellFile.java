package dev.entrepot.edge.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An open file of a cell: whole and live, or still growing. Counts those who hold it; the mapping
 * and the descriptor go with the last of them, so that a slice on its way to a socket outlives the
 * drop of the cell.
 *
 * <p>Checksums are computed over a copy read from the file, never over the mapping: a page that is
 * lost under a mapping kills the process when native code, as the checksum's intrinsic is, touches
 * it. A copy that cannot be read is an ordinary error. What is sent afterwards is the mapping, and
 * there a lost page is an error of the socket write.
 */
final class CellFile {
  private final CellId id;
  private final FileChannel channel;
  private final Arena arena = Arena.ofShared();
  private final AtomicInteger holders = new AtomicInteger(1);
  private final Runnable whenClosed;

  private CellFile(CellId id, FileChannel channel, Runnable whenClosed) {
    this.id = id;
    this.channel = channel;
    this.whenClosed = whenClosed;
  }

  /** Opens a file; the opener is its first holder. */
  static CellFile open(CellId id, Path path, Runnable whenClosed) throws IOException {
    return new CellFile(id, FileChannel.open(path, StandardOpenOption.READ), whenClosed);
  }

  /** Becomes a holder; false when it is already closed. */
  boolean retain() {
    int now = holders.get();
    while (now > 0 && !holders.compareAndSet(now, now + 1)) {
      now = holders.get();
    }
    return now > 0;
  }

  /** One holder less; the last one closes. */
  void release() {
    if (holders.decrementAndGet() == 0) {
      arena.close();
      closeChannel();
      whenClosed.run();
    }
  }

  /** Bytes in the file by now. */
  long size() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Maps a part of the file, for as long as somebody holds it. */
  MemorySegment map(long offset, long length) {
    try {
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, length, arena);
    } catch (IOException e) {
      throw new RottenException(id, "cannot be mapped: " + e.getMessage());
    }
  }

  /**
   * A part of a chunk, after checking the whole chunk.
   *
   * @param mapping the chunk's mapped memory; null for a pooled copy
   * @param crc the checksum that the chunk must have; null for no check
   * @throws IllegalStateException when the file is closed
   */
  ByteBuf read(
      @Nullable Supplier<MemorySegment> mapping,
      long offset,
      int length,
      int from,
      int to,
      @Nullable Integer crc) {
    if (!retain()) {
      throw new IllegalStateException("a closed cell is read: " + id);
    }
    try {
      if (mapping == null) {
        return copy(offset, length, from, to, crc);
      }
      if (crc != null) {
        copy(offset, length, 0, length, crc).release();
      }
      return slice(mapping.get(), from, to - from);
    } finally {
      release();
    }
  }

  private ByteBuf copy(long offset, int length, int from, int to, @Nullable Integer crc) {
    if (crc == null) {
      return read(offset + from, to - from);
    }
    ByteBuf chunk = read(offset, length);
    if (crc32c(chunk.nioBuffer(0, length)) != crc) {
      chunk.release();
      throw new RottenException(id, "a chunk's checksum does not match");
    }
    return chunk.readerIndex(from).writerIndex(to);
  }

  /** A part of mapped memory as a buffer that holds this file until it is released. */
  private ByteBuf slice(MemorySegment mapped, long offset, int length) {
    if (!retain()) {
      throw new IllegalStateException("a closed cell is read: " + id);
    }
    return new HoldingBuf(this, mapped.asSlice(offset, length).asByteBuffer());
  }

  static int crc32c(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private ByteBuf read(long offset, int length) {
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
    try {
      ByteBuffer into = buffer.nioBuffer(0, length);
      while (into.hasRemaining()) {
        if (channel.read(into, offset + into.position()) < 0) {
          throw new RottenException(id, "its file is shorter than it was");
        }
      }
      return buffer.writerIndex(length);
    } catch (IOException e) {
      buffer.release();
      throw new RottenException(id, "cannot be read: " + e.getMessage());
    } catch (RottenException e) {
      buffer.release();
      throw e;
    }
  }

  private void closeChannel() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Mapped bytes that let go of their file when they are released. */
  private static final class HoldingBuf extends CompositeByteBuf {
    private final CellFile file;

    HoldingBuf(CellFile file, ByteBuffer bytes) {
      super(UnpooledByteBufAllocator.DEFAULT, true, 1);
      this.file = file;
      addComponent(true, Unpooled.wrappedBuffer(bytes));
    }

    @Override
    protected void deallocate() {
      super.deallocate();
      file.release();
    }
  }
}
