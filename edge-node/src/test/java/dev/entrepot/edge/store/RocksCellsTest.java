package dev.entrepot.edge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksCellsTest extends CellStoreContract {
  @TempDir Path directory;
  private RocksStore rocks;

  @BeforeEach
  void open() {
    rocks = RocksStore.open(StoreConfig.in(directory));
  }

  @AfterEach
  void close() {
    rocks.close();
  }

  @Override
  CellStore store() {
    return rocks.cells();
  }

  @Test
  void live_cells_are_there_again_after_a_restart() {
    List<byte[]> chunks = chunks(1, 3, 1000);
    CellLayout layout = write(FIRST, chunks);
    rocks.close();

    open();

    assertThat(store().live()).containsEntry(FIRST, layout.fileBytes());
    try (Cell cell = store().open(FIRST, layout)) {
      assertThat(read(cell, 2, 1000, ChunkReader.Mode.PLAIN)).isEqualTo(chunks.get(2));
    }
  }

  @Test
  void what_the_mapping_gives_is_what_rocksdb_gives() {
    List<byte[]> chunks = chunks(7, 64, 40_000);
    write(FIRST, chunks);

    for (int n = 0; n < chunks.size(); n++) {
      var value = ((RocksCells) store()).get(FIRST, n, 40_000);
      assertThat(ByteBufUtil.getBytes(value)).isEqualTo(chunks.get(n));
      value.release();
    }
  }

  @Test
  void the_bytes_on_disk_are_those_of_the_files() throws IOException {
    write(FIRST, chunks(1, 3, 100_000));
    write(OTHER, chunks(2, 3, 100_000));
    write(SECOND, chunks(3, 3, 100_000));
    store().drop(List.of(OTHER.digest()));

    long files = 0;
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".sst")).toList()) {
        files += Files.size(file);
      }
    }
    assertThat(store().bytesOnDisk()).isEqualTo(files);
  }

  @Test
  void a_flipped_bit_is_never_handed_out() throws IOException {
    CellLayout layout = write(FIRST, chunks(1, 3, 1000));
    flip(layout.offsets()[1] + 500);

    try (Cell cell = store().open(FIRST, layout)) {
      assertThatThrownBy(() -> cell.read(1, 0, 10, ChunkReader.Mode.PLAIN))
          .isInstanceOf(RottenException.class);
      assertThatThrownBy(() -> cell.read(1, 0, 10, ChunkReader.Mode.COPY))
          .isInstanceOf(RottenException.class);
    }
  }

  @Test
  void a_bit_that_flips_behind_a_check_is_never_handed_out() throws IOException {
    CellLayout layout = write(FIRST, chunks(1, 3, 1000));
    try (Cell cell = store().open(FIRST, layout)) {
      read(cell, 1, 1000, ChunkReader.Mode.PLAIN);
      flip(layout.offsets()[1] + 500);

      assertThat(cell.readNow(1, 0, 10, ChunkReader.Mode.PLAIN)).isNull();
      assertThatThrownBy(() -> cell.read(1, 0, 10, ChunkReader.Mode.PLAIN))
          .isInstanceOf(RottenException.class);
    }
  }

  @Test
  void what_was_checked_a_moment_ago_is_there_at_once_for_every_reader() throws IOException {
    List<byte[]> chunks = chunks(1, 3, 1000);
    CellLayout layout = write(FIRST, chunks);
    try (Cell cell = store().open(FIRST, layout);
        Cell another = store().open(FIRST, layout)) {
      assertThat(cell.readNow(1, 0, 10, ChunkReader.Mode.PLAIN)).isNull();
      read(cell, 1, 1000, ChunkReader.Mode.COPY);

      for (ChunkReader.Mode mode : ChunkReader.Mode.values()) {
        ByteBuf bytes = another.readNow(1, 20, 30, mode);
        assertThat(ByteBufUtil.getBytes(bytes))
            .isEqualTo(Arrays.copyOfRange(chunks.get(1), 20, 30));
        bytes.release();
      }
      assertThat(another.readNow(2, 20, 30, ChunkReader.Mode.PLAIN)).isNull();
    }
  }

  @Test
  void a_closed_cell_gives_nothing_at_once() {
    CellLayout layout = write(FIRST, chunks(1, 3, 1000));
    Cell cell = store().open(FIRST, layout);
    read(cell, 1, 1000, ChunkReader.Mode.PLAIN);

    cell.close();

    assertThat(cell.readNow(1, 0, 10, ChunkReader.Mode.PLAIN)).isNull();
  }

  @Test
  void a_truncated_file_is_rotten_and_the_process_lives() throws IOException {
    CellLayout layout = write(FIRST, chunks(1, 30, 100_000));
    try (Cell cell = store().open(FIRST, layout)) {
      read(cell, 29, 1000, ChunkReader.Mode.PLAIN);
      try (RandomAccessFile raw = new RandomAccessFile(cellFile().toFile(), "rw")) {
        raw.setLength(100_000);
      }

      assertThatThrownBy(() -> cell.read(29, 0, 1000, ChunkReader.Mode.PLAIN))
          .isInstanceOf(RottenException.class);
    }
  }

  @Test
  void files_left_over_from_a_crash_go_at_start() throws IOException {
    rocks.close();
    Files.write(directory.resolve("ingest").resolve("17.sst"), new byte[100]);

    open();

    assertThat(directory.resolve("ingest")).isEmptyDirectory();
  }

  @Test
  void a_second_store_on_the_directory_is_refused_with_advice() {
    assertThatThrownBy(() -> RocksStore.open(StoreConfig.in(directory)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("in use by another process");
  }

  @Test
  void a_store_that_cannot_be_opened_is_set_aside_and_an_empty_one_begins() throws IOException {
    write(FIRST, chunks(1, 3, 1000));
    rocks.close();
    try (Stream<Path> files = Files.list(directory.resolve("db"))) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("MANIFEST")).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }

    open();

    assertThat(store().live()).isEmpty();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString())).anyMatch(n -> n.startsWith("broken-"));
    }
  }

  private void flip(long position) throws IOException {
    try (RandomAccessFile raw = new RandomAccessFile(cellFile().toFile(), "rw")) {
      raw.seek(position);
      int before = raw.read();
      raw.seek(position);
      raw.write(before ^ 4);
    }
  }

  private Path cellFile() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("db"))) {
      return files.filter(f -> f.toString().endsWith(".sst")).max(RocksCellsTest::bySize).get();
    }
  }

  private static int bySize(Path a, Path b) {
    return Long.compare(a.toFile().length(), b.toFile().length());
  }
}
