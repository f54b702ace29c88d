package dev.entrepot.edge.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChecksTest {
  private static final int CHUNK = 1 << 20;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path directory;
  private final Arena arena = Arena.ofShared();
  private final AtomicLong nanos = new AtomicLong(-5);
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.write(directory.resolve("cell"), new byte[2 * CHUNK]);
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void a_check_stands_for_its_chunk_alone() throws IOException {
    Checks checks = lasting(MINUTE);

    checks.passed(1, checks.look());

    assertThat(checks.stands(1, mapped(1))).isTrue();
    assertThat(checks.stands(0, mapped(0))).isFalse();
  }

  @Test
  void a_check_is_good_for_its_time() throws IOException {
    Checks checks = lasting(MINUTE);
    checks.passed(0, checks.look());

    nanos.addAndGet(MINUTE.toNanos() - 1);
    assertThat(checks.stands(0, mapped(0))).isTrue();
    nanos.addAndGet(2);
    assertThat(checks.stands(0, mapped(0))).isFalse();
  }

  @Test
  void with_no_time_every_read_is_checked() throws IOException {
    Checks checks = lasting(Duration.ZERO);

    checks.passed(0, checks.look());

    assertThat(checks.stands(0, mapped(0))).isFalse();
  }

  @Test
  void what_has_left_memory_is_checked_when_it_comes_from_the_disk() throws IOException {
    Path hole = directory.resolve("hole");
    try (RandomAccessFile raw = new RandomAccessFile(hole.toFile(), "rw")) {
      raw.setLength(2 * CHUNK); // never read: nothing of it is in memory
    }
    file = hole;
    Checks checks = lasting(MINUTE);

    checks.passed(0, checks.look());

    assertThat(checks.stands(0, mapped(0))).isFalse();
  }

  @Test
  void a_write_to_the_file_ends_all_checks() throws IOException {
    Checks checks = lasting(MINUTE);
    checks.passed(0, checks.look());
    checks.passed(1, checks.look());

    touch();
    assertThat(checks.stands(0, mapped(0))).isFalse();

    checks.passed(0, checks.look());
    assertThat(checks.stands(0, mapped(0))).isTrue();
    assertThat(checks.stands(1, mapped(1))).isFalse();
  }

  @Test
  void a_write_while_a_chunk_is_being_checked_ends_that_check() throws IOException {
    Checks checks = lasting(MINUTE);
    Checks.Look before = checks.look();
    touch();

    checks.passed(0, before);

    assertThat(checks.stands(0, mapped(0))).isFalse();
  }

  @Test
  void a_file_that_is_gone_is_always_checked() throws IOException {
    Checks checks = lasting(MINUTE);
    checks.passed(0, checks.look());
    MemorySegment memory = mapped(0);
    Files.delete(file);

    assertThat(checks.stands(0, memory)).isFalse();
    checks.passed(0, checks.look());
    assertThat(checks.stands(0, memory)).isFalse();
  }

  private Checks lasting(Duration time) {
    return new Checks(file, 2, time, nanos::get);
  }

  /** As a write does, whatever the grain of the file system's clock. */
  private void touch() throws IOException {
    FileTime now = Files.getLastModifiedTime(file);
    Files.setLastModifiedTime(file, FileTime.fromMillis(now.toMillis() + 1000));
  }

  private MemorySegment mapped(int chunk) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, (long) chunk * CHUNK, CHUNK, arena);
    }
  }
}
