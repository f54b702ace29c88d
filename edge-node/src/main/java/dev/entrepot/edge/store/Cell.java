package dev.entrepot.edge.store;

/** A live cell, open for reading. Thread-safe. */
public interface Cell extends ChunkReader {
  CellId id();

  CellLayout layout();
}
