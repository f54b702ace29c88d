package dev.entrepot.edge.store;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A live cell in the hands of one reader. */
final class LiveCell implements Cell {
  private final CellId id;
  private final CellLayout layout;
  private final CellFile file;
  private final @Nullable MemorySegment mapped;
  private final boolean verify;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over one hold on the file. */
  LiveCell(
      CellId id, CellLayout layout, CellFile file, @Nullable MemorySegment mapped, boolean verify) {
    this.id = id;
    this.layout = layout;
    this.file = file;
    this.mapped = mapped;
    this.verify = verify;
  }

  @Override
  public CellId id() {
    return id;
  }

  @Override
  public CellLayout layout() {
    return layout;
  }

  @Override
  public ByteBuf read(int chunk, int from, int to, Mode mode) {
    long offset = layout.offsets()[chunk];
    int length = layout.lengths()[chunk];
    Integer crc = verify ? layout.crc32c()[chunk] : null;
    MemorySegment memory = mode == Mode.COPY ? null : mapped;
    return file.read(
        memory == null ? null : () -> memory.asSlice(offset, length),
        offset,
        length,
        from,
        to,
        crc);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      file.release();
    }
  }
}
