package dev.entrepot.edge.blob;

import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.edge.store.CellLayout;
import dev.entrepot.edge.store.ChunkReader;
import dev.entrepot.edge.store.DiskRoom;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a fill are: in the chunk under way, in the chunks in memory, in the growing
 * cell's file, in the live cell; looked for in that order. Confined to the fill's lane.
 */
final class FillBytes {
  private final Geometry geometry;
  private final Slot[] slots;
  private final HotChunks hot = new HotChunks();
  private final List<Leg> legs;

  /**
   * @param legs the fill's own list, as it is at any moment
   */
  FillBytes(Geometry geometry, List<Leg> legs) {
    this.geometry = geometry;
    this.legs = legs;
    this.slots = new Slot[geometry.cells()];
    for (int n = 0; n < slots.length; n++) {
      slots[n] = new Slot();
    }
  }

  Slot[] slots() {
    return slots;
  }

  HotChunks hot() {
    return hot;
  }

  /** The slot that a chunk belongs to. */
  Slot slotOf(int chunk) {
    return slots[geometry.cellOf(chunk)];
  }

  /** What there is of a chunk in memory; the caller retains what it keeps. */
  @Nullable ByteBuf inMemory(int chunk) {
    ByteBuf complete = hot.get(chunk);
    if (complete != null) {
      return complete;
    }
    for (Leg leg : legs) {
      ByteBuf growing = leg.growing(chunk);
      if (growing != null) {
        return growing;
      }
    }
    return null;
  }

  /** What gives a whole chunk from disk by now, if anything does. */
  @Nullable ChunkReader readerOf(int chunk) {
    return slotOf(chunk).reader(geometry.inCell(chunk));
  }

  /** A whole chunk, from memory or read back; null when it is not here yet. */
  @Nullable Future<ByteBuf> whole(int chunk, DiskRoom disk) {
    ByteBuf inMemory = hot.get(chunk);
    if (inMemory != null) {
      return Future.succeededFuture(inMemory.retainedSlice());
    }
    ChunkReader reader = readerOf(chunk);
    if (reader == null) {
      return null;
    }
    int length = geometry.chunkBytes(chunk);
    return disk.call(() -> reader.read(geometry.inCell(chunk), 0, length, ChunkReader.Mode.COPY));
  }

  /** Whether every cell that a range touches is live. */
  boolean holds(ByteRange range) {
    int last = geometry.cellAt(Math.max(range.first(), range.end() - 1));
    for (int n = geometry.cellAt(range.first()); n <= last; n++) {
      if (!slots[n].isLive()) {
        return false;
      }
    }
    return true;
  }

  boolean allLive() {
    for (Slot slot : slots) {
      if (!slot.isLive()) {
        return false;
      }
    }
    return true;
  }

  /** The layouts of the live cells, by number. */
  Map<Integer, CellLayout> layouts() {
    Map<Integer, CellLayout> layouts = new HashMap<>();
    for (int n = 0; n < slots.length; n++) {
      CellLayout layout = slots[n].layout();
      if (layout != null && slots[n].isLive()) {
        layouts.put(n, layout);
      }
    }
    return layouts;
  }

  void close() {
    hot.clear();
    for (Slot slot : slots) {
      slot.close();
    }
  }
}
