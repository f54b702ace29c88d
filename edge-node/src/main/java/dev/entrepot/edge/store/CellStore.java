package dev.entrepot.edge.store;

import dev.entrepot.common.oci.Digest;
import java.util.Collection;
import java.util.Map;

/**
 * Where the bytes of large blobs lie. A blob is a row of chunks of {@link #CHUNK_BYTES} (the last
 * is shorter); {@link #CELL_CHUNKS} chunks make a cell on a fixed grid (the last cell of a blob is
 * shorter). A cell is written in order, becomes live whole and once, and is never changed.
 */
public interface CellStore {
  /** 1 MiB. */
  int CHUNK_BYTES = 1 << 20;

  /** Chunks in a full cell. */
  int CELL_CHUNKS = 64;

  /** 64 MiB. */
  long CELL_BYTES = (long) CHUNK_BYTES * CELL_CHUNKS;

  /**
   * Begins a cell that is not live. Blocks. At most one writer may exist for a cell.
   *
   * @throws StoreException when the disk refuses
   */
  CellWriter begin(CellId id);

  /**
   * Opens a live cell. Blocks briefly. The caller closes it; slices that were handed out stay valid
   * after that until they are released, even when the cell is dropped meanwhile.
   *
   * @param layout what {@link CellWriter#ingest} gave when the cell was written
   * @throws RottenException when the cell is not live or does not fit its layout
   */
  Cell open(CellId id, CellLayout layout);

  /**
   * Drops all cells of these blobs and gives their space back. Blocks. Cells that are open stay
   * readable for those who hold them; their space counts until the last one is closed. Dropping
   * what is not there is allowed.
   */
  void drop(Collection<Digest> blobs);

  /** Drops single cells, as {@link #drop} does whole blobs. Blocks. */
  void dropCells(Collection<CellId> cells);

  /** The live cells and the bytes of each one's file, as found on disk now. Blocks. */
  Map<CellId, Long> live();

  /** Bytes of disk that one blob's cells take now: live files and cells being written. */
  long bytesOf(Digest blob);

  /** Bytes of disk that cells take now: live files, cells being written, dropped but still open. */
  long bytesOnDisk();
}
