package dev.entrepot.edge.store;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The cells that are kept open because they were read lately: a bounded number, so that neither
 * mappings nor descriptors run out. Those that are being read beyond that number stay open until
 * their readers let go.
 */
final class OpenCells {
  private final int most;
  private final Map<CellId, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  OpenCells(int most) {
    this.most = most;
  }

  /** An open file, its mapping unless mapped reads are off, and which of its chunks are right. */
  record Entry(CellFile file, @Nullable MemorySegment mapped, Checks checks) {}

  /** The open cell, with one more hold on its file for the caller. */
  Entry get(CellId id, Supplier<Entry> opener) {
    synchronized (entries) {
      Entry entry = entries.get(id);
      if (entry == null || !entry.file.retain()) {
        entry = opener.get();
        entry.file.retain();
        entries.put(id, entry);
        shrink();
      }
      return entry;
    }
  }

  void forget(CellId id) {
    synchronized (entries) {
      Entry entry = entries.remove(id);
      if (entry != null) {
        entry.file.release();
      }
    }
  }

  void clear() {
    synchronized (entries) {
      entries.values().forEach(entry -> entry.file.release());
      entries.clear();
    }
  }

  private void shrink() {
    if (entries.size() > most) {
      var eldest = entries.entrySet().iterator();
      Entry entry = eldest.next().getValue();
      eldest.remove();
      entry.file.release();
    }
  }
}
