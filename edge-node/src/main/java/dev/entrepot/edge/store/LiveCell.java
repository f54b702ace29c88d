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
  private final Checks checks;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over one hold on the file. */
  LiveCell(CellId id, CellLayout layout, OpenCells.Entry entry) {
    this.id = id;
    this.layout = layout;
    this.file = entry.file();
    this.mapped = entry.mapped();
    this.checks = entry.checks();
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
    MemorySegment memory = memory(chunk);
    if (memory != null && checks.stands(chunk, memory)) {
      return read(chunk, from, to, mode, memory, null);
    }
    Checks.Look before = checks.look();
    ByteBuf bytes = read(chunk, from, to, mode, memory, layout.crc32c()[chunk]);
    checks.passed(chunk, before);
    return bytes;
  }

  @Override
  public @Nullable ByteBuf readNow(int chunk, int from, int to, Mode mode) {
    if (closed.get() || !file.retain()) {
      return null;
    }
    try {
      MemorySegment memory = memory(chunk);
      boolean now = memory != null && checks.stands(chunk, memory);
      return now ? read(chunk, from, to, mode, memory, null) : null;
    } finally {
      file.release();
    }
  }

  private @Nullable MemorySegment memory(int chunk) {
    return mapped == null ? null : mapped.asSlice(layout.offsets()[chunk], layout.lengths()[chunk]);
  }

  private ByteBuf read(
      int chunk,
      int from,
      int to,
      Mode mode,
      @Nullable MemorySegment memory,
      @Nullable Integer crc) {
    return file.read(
        memory == null || mode == Mode.COPY ? null : () -> memory,
        layout.offsets()[chunk],
        layout.lengths()[chunk],
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
