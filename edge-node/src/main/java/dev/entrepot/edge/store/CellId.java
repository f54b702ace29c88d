package dev.entrepot.edge.store;

import dev.entrepot.common.oci.Digest;

/**
 * One cell of a blob.
 *
 * @param number 0 for the cell that holds the blob's first {@link CellStore#CELL_BYTES} bytes
 */
public record CellId(Digest digest, int number) {
  public CellId {
    if (number < 0) {
      throw new IllegalArgumentException("negative cell number: " + number);
    }
  }
}
