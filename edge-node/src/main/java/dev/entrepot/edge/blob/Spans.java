package dev.entrepot.edge.blob;

import dev.entrepot.common.oci.ByteRange;

/**
 * Which cells of a blob are wanted, and which are to be fetched next. A span is a row of cells that
 * nobody fetches yet. Confined to the fill's lane.
 */
final class Spans {
  private final Geometry geometry;
  private final Slot[] slots;
  private final BlobConfig config;
  private boolean whole;

  Spans(Geometry geometry, Slot[] slots, BlobConfig config) {
    this.geometry = geometry;
    this.slots = slots;
    this.config = config;
  }

  /** Whether all of the blob is wanted. */
  boolean isWhole() {
    return whole;
  }

  /** Somebody wants a range. A small blob, and one whose last byte is wanted, is wanted whole. */
  void want(ByteRange range) {
    if (range.end() == geometry.size() || geometry.size() <= config.rangeFillWhole()) {
      whole = true;
    }
    int last = geometry.cellAt(Math.max(range.first(), range.end() - 1));
    for (int n = geometry.cellAt(range.first()); n <= last; n++) {
      slots[n].want();
    }
  }

  /** Somebody waits for a byte. */
  void want(long position) {
    slots[geometry.cellAt(position)].want();
  }

  boolean isAbsent(int cell) {
    return slots[cell].isAbsent();
  }

  /** The first cell that is wanted and that nobody fetches; -1 when there is none. */
  int firstWanted() {
    for (int n = 0; n < slots.length; n++) {
      if (slots[n].isAbsent() && (whole || slots[n].isWanted())) {
        return n;
      }
    }
    return -1;
  }

  /** Claims the cells from {@code first} on that may be fetched together; the end, exclusive. */
  int claim(int first) {
    int end = first;
    int most = Math.min(slots.length, first + config.spanCells());
    while (end < most && slots[end].isAbsent() && (whole || slots[end].isWanted())) {
      slots[end++].coming();
    }
    return end;
  }
}
