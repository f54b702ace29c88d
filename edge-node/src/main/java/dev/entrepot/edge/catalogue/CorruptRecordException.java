package dev.entrepot.edge.catalogue;

/** Bytes read back from disk are not a record of this catalogue. Treated as if they were absent. */
final class CorruptRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CorruptRecordException(String message) {
    super(message, null, false, false);
  }
}
