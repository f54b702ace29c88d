package dev.entrepot.edge.blob;

import dev.entrepot.edge.store.Cell;
import dev.entrepot.edge.store.CellLayout;
import dev.entrepot.edge.store.CellWriter;
import dev.entrepot.edge.store.ChunkReader;
import org.jspecify.annotations.Nullable;

/**
 * One cell of a blob that is being filled. Its own lock guards it: the disk thread that ingests a
 * cell hands it over here while the lane reads.
 *
 * <pre>
 *   ABSENT ──span assigned──▶ COMING ──ingested──▶ LIVE
 *      ▲                        │
 *      └──── transfer failed ───┘      COMING without a writer: the bytes pass through unstored
 * </pre>
 */
final class Slot {
  /** How far the cell is. */
  enum State {
    ABSENT,
    COMING,
    LIVE
  }

  private State state = State.ABSENT;
  private boolean wanted;
  private @Nullable CellWriter writer;
  private @Nullable CellLayout layout;
  private @Nullable Cell cell;

  synchronized State state() {
    return state;
  }

  synchronized boolean isAbsent() {
    return state == State.ABSENT;
  }

  synchronized boolean isLive() {
    return state == State.LIVE;
  }

  /** Whether somebody asked for bytes in here. */
  synchronized boolean isWanted() {
    return wanted;
  }

  synchronized void want() {
    wanted = true;
  }

  synchronized void coming() {
    state = State.COMING;
  }

  synchronized void writing(CellWriter newWriter) {
    writer = newWriter;
  }

  synchronized @Nullable CellWriter writer() {
    return writer;
  }

  synchronized @Nullable CellLayout layout() {
    return layout;
  }

  /** The cell is live; the writer, if there is one, goes on reading for those who use it. */
  synchronized void live(CellLayout newLayout, Cell opened) {
    state = State.LIVE;
    layout = newLayout;
    cell = opened;
    closeWriter();
  }

  /** Back to nothing. */
  synchronized void reset() {
    state = State.ABSENT;
    layout = null;
    close();
  }

  /** What gives a chunk of this cell by now, if anything does. */
  synchronized @Nullable ChunkReader reader(int chunkInCell) {
    CellWriter growing = writer;
    if (growing != null && chunkInCell < growing.readable()) {
      return growing;
    }
    return cell;
  }

  synchronized void close() {
    closeWriter();
    Cell open = cell;
    if (open != null) {
      open.close();
      cell = null;
    }
  }

  private void closeWriter() {
    CellWriter growing = writer;
    if (growing != null) {
      growing.close();
      writer = null;
    }
  }
}
