package dev.entrepot.edge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.oci.Digest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every cell store promises. */
abstract class CellStoreContract {
  static final CellId FIRST = new CellId(Digest.sha256(new byte[] {1}), 0);
  static final CellId SECOND = new CellId(FIRST.digest(), 1);
  static final CellId OTHER = new CellId(Digest.sha256(new byte[] {2}), 0);

  abstract CellStore store();

  @Test
  void a_live_cell_gives_back_every_byte_in_both_modes() {
    List<byte[]> chunks = chunks(3, 5, 1000);

    CellLayout layout = write(FIRST, chunks);

    try (Cell cell = store().open(FIRST, layout)) {
      for (int n = 0; n < chunks.size(); n++) {
        assertThat(read(cell, n, chunks.get(n).length, ChunkReader.Mode.PLAIN))
            .isEqualTo(chunks.get(n));
        assertThat(read(cell, n, chunks.get(n).length, ChunkReader.Mode.COPY))
            .isEqualTo(chunks.get(n));
      }
    }
  }

  @Test
  void a_part_of_a_chunk_is_just_that_part() {
    List<byte[]> chunks = chunks(1, 2, 1000);
    CellLayout layout = write(FIRST, chunks);

    try (Cell cell = store().open(FIRST, layout)) {
      ByteBuf part = cell.read(1, 10, 20, ChunkReader.Mode.PLAIN);

      assertThat(ByteBufUtil.getBytes(part))
          .isEqualTo(java.util.Arrays.copyOfRange(chunks.get(1), 10, 20));
      part.release();
    }
  }

  @Test
  void a_growing_cell_is_readable_as_far_as_it_says() {
    List<byte[]> chunks = chunks(4, 6, CellStore.CHUNK_BYTES);
    try (CellWriter writer = store().begin(FIRST)) {
      for (byte[] chunk : chunks) {
        writer.append(Unpooled.wrappedBuffer(chunk));
      }

      assertThat(writer.readable()).isBetween(chunks.size() - 3, chunks.size());
      for (int n = 0; n < writer.readable(); n++) {
        assertThat(read(writer, n, CellStore.CHUNK_BYTES, ChunkReader.Mode.PLAIN))
            .isEqualTo(chunks.get(n));
      }

      writer.ingest();

      assertThat(writer.readable()).isEqualTo(chunks.size());
      assertThat(read(writer, 5, CellStore.CHUNK_BYTES, ChunkReader.Mode.COPY))
          .isEqualTo(chunks.get(5));
    }
  }

  @Test
  void a_cell_that_was_not_ingested_leaves_nothing_behind() {
    try (CellWriter writer = store().begin(FIRST)) {
      writer.append(Unpooled.wrappedBuffer(new byte[100]));
    }

    assertThat(store().live()).isEmpty();
    assertThat(store().bytesOnDisk()).isZero();
  }

  @Test
  void dropping_a_blob_drops_all_its_cells_and_no_other() {
    CellLayout layout = write(FIRST, chunks(1, 2, 500));
    write(SECOND, chunks(2, 2, 500));
    CellLayout other = write(OTHER, chunks(3, 2, 500));

    store().drop(List.of(FIRST.digest()));

    assertThat(store().live()).containsOnlyKeys(OTHER);
    assertThat(store().bytesOnDisk()).isEqualTo(other.fileBytes());
    assertThatThrownBy(() -> store().open(FIRST, layout)).isInstanceOf(RottenException.class);
  }

  @Test
  void a_slice_outlives_the_drop_of_its_cell_and_counts_until_released() {
    List<byte[]> chunks = chunks(1, 2, 500);
    CellLayout layout = write(FIRST, chunks);
    Cell cell = store().open(FIRST, layout);
    ByteBuf slice = cell.read(0, 0, 500, ChunkReader.Mode.PLAIN);
    cell.close();

    store().drop(List.of(FIRST.digest()));

    assertThat(ByteBufUtil.getBytes(slice)).isEqualTo(chunks.getFirst());
    assertThat(store().bytesOnDisk()).isEqualTo(layout.fileBytes());
    slice.release();
    assertThat(store().bytesOnDisk()).isZero();
  }

  @Test
  void a_dropped_cell_can_be_written_again() {
    write(FIRST, chunks(1, 2, 500));
    store().drop(List.of(FIRST.digest()));

    List<byte[]> again = chunks(9, 2, 700);
    CellLayout layout = write(FIRST, again);

    try (Cell cell = store().open(FIRST, layout)) {
      assertThat(read(cell, 1, 700, ChunkReader.Mode.PLAIN)).isEqualTo(again.get(1));
    }
  }

  CellLayout write(CellId id, List<byte[]> chunks) {
    try (CellWriter writer = store().begin(id)) {
      for (byte[] chunk : chunks) {
        writer.append(Unpooled.wrappedBuffer(chunk));
      }
      return writer.ingest();
    }
  }

  static List<byte[]> chunks(long seed, int count, int bytes) {
    Random random = new Random(seed);
    List<byte[]> chunks = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      byte[] chunk = new byte[bytes];
      random.nextBytes(chunk);
      chunks.add(chunk);
    }
    return chunks;
  }

  static byte[] read(ChunkReader reader, int chunk, int length, ChunkReader.Mode mode) {
    ByteBuf buffer = reader.read(chunk, 0, length, mode);
    try {
      return ByteBufUtil.getBytes(buffer);
    } finally {
      buffer.release();
    }
  }
}
