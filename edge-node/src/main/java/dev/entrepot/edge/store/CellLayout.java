package dev.entrepot.edge.store;

import java.util.Arrays;

/**
 * What must be remembered of a live cell to read and check it.
 *
 * @param lengths bytes of each chunk, in order
 * @param crc32c the CRC32C of each chunk, in order
 * @param offsets where each chunk's value begins in the cell's file
 * @param fileBytes size of the cell's file
 */
public record CellLayout(int[] lengths, int[] crc32c, long[] offsets, long fileBytes) {
  public CellLayout {
    if (lengths.length != crc32c.length || lengths.length != offsets.length) {
      throw new IllegalArgumentException("a cell layout with unequal lengths");
    }
  }

  /** How many chunks. */
  public int chunks() {
    return lengths.length;
  }

  /** How many bytes of the blob. */
  public long contentBytes() {
    return Arrays.stream(lengths).asLongStream().sum();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CellLayout that
        && Arrays.equals(lengths, that.lengths)
        && Arrays.equals(crc32c, that.crc32c)
        && Arrays.equals(offsets, that.offsets)
        && fileBytes == that.fileBytes;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(crc32c) * 31 + Arrays.hashCode(lengths);
  }

  @Override
  public String toString() {
    return "CellLayout(" + chunks() + " chunks, " + fileBytes + " bytes)";
  }
}
