package dev.entrepot.edge.store;

/** Bytes on disk are not those that were written, or are gone. The cell must be dropped. */
public final class RottenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RottenException(CellId cell, String detail) {
    super("cell " + cell + " is rotten: " + detail);
  }
}
