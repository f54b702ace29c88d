package dev.entrepot.edge.blob;

import static dev.entrepot.edge.store.CellStore.CELL_CHUNKS;
import static dev.entrepot.edge.store.CellStore.CHUNK_BYTES;

import dev.entrepot.common.oci.ByteRange;

/**
 * The grid of chunks and cells over a blob.
 *
 * @param size the blob's bytes, at least 1
 */
record Geometry(long size) {

  int chunks() {
    return Math.toIntExact((size + CHUNK_BYTES - 1) / CHUNK_BYTES);
  }

  int cells() {
    return (chunks() + CELL_CHUNKS - 1) / CELL_CHUNKS;
  }

  /** Whether the blob is kept as one ordinary value. */
  boolean isSmall() {
    return size <= CHUNK_BYTES;
  }

  int chunkAt(long position) {
    return Math.toIntExact(position / CHUNK_BYTES);
  }

  int cellOf(int chunk) {
    return chunk / CELL_CHUNKS;
  }

  int cellAt(long position) {
    return cellOf(chunkAt(position));
  }

  /** The chunk's number inside its cell. */
  int inCell(int chunk) {
    return chunk % CELL_CHUNKS;
  }

  long firstByte(int chunk) {
    return (long) chunk * CHUNK_BYTES;
  }

  int chunkBytes(int chunk) {
    return (int) Math.min(CHUNK_BYTES, size - firstByte(chunk));
  }

  int firstChunk(int cell) {
    return cell * CELL_CHUNKS;
  }

  /** The chunk behind the cell's last one. */
  int endChunk(int cell) {
    return Math.min(chunks(), (cell + 1) * CELL_CHUNKS);
  }

  /** The bytes of cells {@code first} to {@code end} (exclusive). */
  ByteRange bytesOf(int first, int end) {
    return new ByteRange(
        firstByte(firstChunk(first)), Math.min(size, firstByte(end * CELL_CHUNKS)));
  }
}
