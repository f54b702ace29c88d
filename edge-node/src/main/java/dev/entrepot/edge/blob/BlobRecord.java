package dev.entrepot.edge.blob;

import dev.entrepot.edge.store.CellLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is remembered of a blob.
 *
 * @param size the whole blob's bytes
 * @param state how much of it is held
 * @param storedAt when it was fetched
 * @param cells the layouts of the live cells by number; empty for a small blob
 */
record BlobRecord(long size, State state, Instant storedAt, Map<Integer, CellLayout> cells) {
  private static final byte VERSION = 1;
  private static final byte CLASS_CACHED = 0;
  private static final int MAX_CELLS = 1 << 20;
  private static final int MAX_CHUNKS = 64;

  /** How much of a blob is held. The names are those of the drawing in the package text. */
  enum State {
    /** Some cells. */
    PARTIAL,
    /** Everything, proved by its digest. */
    WHOLE,
    /** Being pushed by a client; nothing writes this yet. */
    UPLOADING
  }

  BlobRecord {
    cells = Map.copyOf(cells);
  }

  boolean isWhole() {
    return state == State.WHOLE;
  }

  /** Bytes that the blob takes on disk. */
  long diskBytes() {
    return cells.isEmpty() && isWhole()
        ? size
        : cells.values().stream().mapToLong(CellLayout::fileBytes).sum();
  }

  byte[] encode() {
    int bytes = 1 + 1 + 1 + 8 + 8 + 4;
    for (CellLayout layout : cells.values()) {
      bytes += 4 + 8 + 4 + layout.chunks() * (4 + 4 + 8);
    }
    ByteBuffer out = ByteBuffer.allocate(bytes);
    out.put(VERSION).put(CLASS_CACHED).put((byte) state.ordinal());
    out.putLong(size).putLong(storedAt.toEpochMilli()).putInt(cells.size());
    new TreeMap<>(cells).forEach((number, layout) -> encode(out, number, layout));
    return out.array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException for anything else
   */
  static BlobRecord decode(byte[] value) {
    try {
      ByteBuffer in = ByteBuffer.wrap(value);
      if (in.get() != VERSION || in.get() != CLASS_CACHED) {
        throw new IllegalArgumentException("a blob record of an unknown version or class");
      }
      State state = State.values()[in.get()];
      long size = in.getLong();
      Instant storedAt = Instant.ofEpochMilli(in.getLong());
      Map<Integer, CellLayout> cells = decodeCells(in);
      if (in.hasRemaining() || size < 0) {
        throw new IllegalArgumentException("a blob record of the wrong length");
      }
      return new BlobRecord(size, state, storedAt, cells);
    } catch (BufferUnderflowException | ArrayIndexOutOfBoundsException | DateTimeException e) {
      throw new IllegalArgumentException("a broken blob record", e);
    }
  }

  private static void encode(ByteBuffer out, int number, CellLayout layout) {
    out.putInt(number).putLong(layout.fileBytes()).putInt(layout.chunks());
    for (int n = 0; n < layout.chunks(); n++) {
      out.putInt(layout.lengths()[n]).putInt(layout.crc32c()[n]).putLong(layout.offsets()[n]);
    }
  }

  private static Map<Integer, CellLayout> decodeCells(ByteBuffer in) {
    int count = bounded(in.getInt(), MAX_CELLS);
    Map<Integer, CellLayout> cells = new TreeMap<>();
    for (int c = 0; c < count; c++) {
      int number = in.getInt();
      long fileBytes = in.getLong();
      int chunks = bounded(in.getInt(), MAX_CHUNKS);
      int[] lengths = new int[chunks];
      int[] crcs = new int[chunks];
      long[] offsets = new long[chunks];
      for (int n = 0; n < chunks; n++) {
        lengths[n] = in.getInt();
        crcs[n] = in.getInt();
        offsets[n] = in.getLong();
      }
      cells.put(number, new CellLayout(lengths, crcs, offsets, fileBytes));
    }
    return cells;
  }

  private static int bounded(int value, int most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException("a broken blob record");
    }
    return value;
  }
}
