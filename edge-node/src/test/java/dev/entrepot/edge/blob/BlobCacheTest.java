package dev.entrepot.edge.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.store.CellStore;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCacheTest {
  private static final int MIB = 1 << 20;
  private static final BlobConfig CONFIG = BlobConfig.of(1L << 30);

  @TempDir Path directory;
  private final ScriptedOrigin origin = new ScriptedOrigin();
  private BlobRoom room;

  private BlobRoom room(BlobConfig config) {
    room = new BlobRoom(directory, config, origin);
    return room;
  }

  @AfterEach
  void close() {
    if (room != null) {
      room.close();
    }
  }

  @Test
  void a_blob_is_fetched_once_and_then_served_without_its_origin() {
    MadeBlob blob = origin.add(MadeBlob.of(5 * MIB + 17, 1));
    room(CONFIG);
    assertThat(room.read(blob)).isEqualTo(blob.bytes());
    room.quiesce();
    assertThat(room.kept).containsExactly(blob.digest());
    origin.goAway();
    long before = room.blobs.lookups();
    try (OpenBlob again = room.open(blob)) {
      assertThat(again.status().outcome()).isEqualTo(CacheStatus.Outcome.HIT);
      assertThat(BlobRoom.read(again, blob.whole())).isEqualTo(blob.bytes());
    }
    assertThat(room.blobs.lookups() - before).as("index look-ups of a hit").isEqualTo(1);
    assertThat(origin.bodyBytes()).isEqualTo(blob.size());
  }

  @Test
  void a_small_blob_is_one_value_and_survives_a_restart() {
    MadeBlob blob = origin.add(MadeBlob.of(1234, 2));
    room(CONFIG);
    assertThat(room.read(blob)).isEqualTo(blob.bytes());
    room.quiesce();
    room.close();
    origin.goAway();
    room(CONFIG);
    assertThat(room.read(blob)).isEqualTo(blob.bytes());
    assertThat(room.blobs.usedBytes()).isEqualTo(1234);
  }

  @Test
  void nothing_is_served_without_asking_anybody() {
    room(CONFIG);
    MadeBlob nothing = MadeBlob.of(0, 0);
    try (OpenBlob open = room.open(nothing)) {
      assertThat(open.size()).isZero();
    }
    assertThat(origin.journal()).isEmpty();
  }

  @Test
  void many_readers_of_a_cold_blob_cost_the_origin_one() throws Exception {
    MadeBlob blob = origin.add(MadeBlob.of(9 * MIB + 5, 3));
    room(CONFIG);
    List<byte[]> read = inParallel(40, _ -> room.read(blob));
    assertThat(read).allSatisfy(bytes -> assertThat(bytes).isEqualTo(blob.bytes()));
    assertThat(origin.bodyBytes()).isEqualTo(blob.size());
    assertThat(origin.journal()).hasSize(1);
  }

  @Test
  void ranges_and_whole_readers_of_one_cold_blob_share_every_byte() throws Exception {
    MadeBlob blob = origin.add(MadeBlob.of(150 * MIB, 4));
    room(CONFIG);
    List<byte[]> read =
        inParallel(
            12,
            n -> {
              if (n % 8 == 0) {
                return room.read(blob);
              }
              long first = n * 11L * MIB;
              ByteRange range = new ByteRange(first, first + 7 * MIB + n);
              byte[] bytes = room.read(blob.vouched(), range);
              assertThat(bytes)
                  .isEqualTo(
                      Arrays.copyOfRange(blob.bytes(), (int) range.first(), (int) range.end()));
              return blob.bytes();
            });
    assertThat(read).allSatisfy(bytes -> assertThat(bytes).isEqualTo(blob.bytes()));
    room.quiesce();
    assertThat(origin.bodyBytes()).isEqualTo(blob.size());
  }

  @Test
  void a_range_of_a_large_cold_blob_fetches_only_the_cells_it_needs() {
    MadeBlob blob = origin.add(MadeBlob.of(150 * MIB, 5));
    room(CONFIG.withRangeFillWhole(MIB));
    ByteRange range = new ByteRange(70L * MIB, 71L * MIB);
    byte[] bytes = room.read(blob.vouched(), range);
    assertThat(bytes)
        .isEqualTo(Arrays.copyOfRange(blob.bytes(), (int) range.first(), (int) range.end()));
    room.quiesce();
    assertThat(origin.journal())
        .singleElement()
        .satisfies(asked -> assertThat(asked.first).isEqualTo(CellStore.CELL_BYTES));
    assertThat(origin.bodyBytes()).isEqualTo(CellStore.CELL_BYTES);
  }

  @Test
  void a_restart_continues_from_the_cells_that_are_durable() {
    MadeBlob blob = origin.add(MadeBlob.of(150 * MIB, 6));
    room(CONFIG);
    origin.holdAt(130L * MIB);
    try (OpenBlob open = room.open(blob)) {
      Await.until(() -> room.blobs.usedBytes() > 129L * MIB);
      assertThat(open.size()).isEqualTo(blob.size());
      Await.until(() -> origin.bodyBytes() >= 130L * MIB);
    }
    origin.goAway();
    room.close();
    long first = origin.bodyBytes();
    origin.release();
    origin.comeBack();
    room(CONFIG);
    assertThat(room.read(blob)).isEqualTo(blob.bytes());
    assertThat(origin.bodyBytes() - first).isEqualTo(blob.size() - 2 * CellStore.CELL_BYTES);
  }

  @Test
  void wrong_bytes_never_reach_their_last_byte_and_leave_nothing_behind() {
    MadeBlob blob = origin.add(MadeBlob.of(3 * MIB, 7));
    byte[] wrong = blob.bytes().clone();
    wrong[MIB] ^= 1;
    origin.lie(blob, wrong);
    room(CONFIG);
    assertThatThrownBy(() -> room.read(blob))
        .isInstanceOfSatisfying(
            PullException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.OriginLied.class));
    room.quiesce();
    Await.until(() -> room.blobs.usedBytes() == 0);
    assertThat(room.blobs.holds(blob.digest())).isFalse();
    origin.add(blob);
    assertThat(room.read(blob)).isEqualTo(blob.bytes());
  }

  @Test
  void a_broken_transfer_goes_on_at_the_byte_it_reached() {
    MadeBlob blob = origin.add(MadeBlob.of(6 * MIB, 8));
    origin.breakBodies(MIB + MIB / 2, 3);
    room(CONFIG);
    assertThat(room.read(blob)).isEqualTo(blob.bytes());
    assertThat(origin.bodyBytes()).isEqualTo(blob.size());
    assertThat(origin.journal()).hasSizeGreaterThan(1);
  }

  @Test
  void an_origin_that_keeps_breaking_fails_the_readers_in_words() {
    MadeBlob blob = origin.add(MadeBlob.of(6 * MIB, 9));
    origin.breakBodies(0, 1000);
    room(CONFIG);
    assertThatThrownBy(() -> room.read(blob)).isInstanceOf(PullException.class);
    origin.breakBodies(0, 0);
    room.quiesce();
    assertThat(room.read(blob)).as("it heals").isEqualTo(blob.bytes());
  }

  @Test
  void a_reader_who_goes_does_not_stop_the_fill() {
    MadeBlob blob = origin.add(MadeBlob.of(4 * MIB, 10));
    room(CONFIG);
    origin.holdAt(MIB);
    room.open(blob).close();
    origin.release();
    Await.until(() -> room.blobs.holds(blob.digest()));
    assertThat(origin.bodyBytes()).isEqualTo(blob.size());
  }

  @Test
  void a_slow_reader_paces_neither_the_fill_nor_other_readers() {
    MadeBlob blob = origin.add(MadeBlob.of(20 * MIB, 11));
    room(CONFIG);
    try (OpenBlob slow = room.open(blob)) {
      assertThat(room.read(blob)).isEqualTo(blob.bytes());
      Await.until(() -> room.blobs.holds(blob.digest()));
      assertThat(BlobRoom.read(slow, blob.whole())).isEqualTo(blob.bytes());
    }
    assertThat(origin.bodyBytes()).isEqualTo(blob.size());
  }

  @Test
  void a_joiner_whose_source_is_refused_takes_nobody_along() {
    MadeBlob blob = origin.add(MadeBlob.of(4 * MIB, 12));
    Repository refused = new Repository("ghcr.io", "secret/thing");
    origin.refuse((_, asked) ->
        asked.repository.equals(refused)
            ? Optional.of(new Failure.OriginDenied(refused, "no"))
            : Optional.empty());
    room(CONFIG);
    origin.breakBodies(MIB, 1);
    assertThatThrownBy(() -> room.read(blob.vouched(refused), blob.whole()))
        .isInstanceOf(PullException.class);
    room.quiesce();
    assertThat(room.read(blob)).isEqualTo(blob.bytes());
  }

  @Test
  void a_flipped_bit_on_disk_is_fetched_again_and_never_sent() throws IOException {
    MadeBlob blob = origin.add(MadeBlob.of(3 * MIB, 13));
    room(CONFIG);
    room.read(blob);
    room.quiesce();
    flipBit(MIB + 5000);
    assertThat(room.read(blob)).isEqualTo(blob.bytes());
    assertThat(room.blobs.stats().rotten()).isEqualTo(1);
    assertThat(origin.bodyBytes()).isEqualTo(2L * blob.size());
  }

  @Test
  void a_truncated_cell_is_fetched_again_while_it_is_read() throws IOException {
    MadeBlob blob = origin.add(MadeBlob.of(5 * MIB, 14));
    room(CONFIG);
    room.read(blob);
    room.quiesce();
    try (OpenBlob open = room.open(blob)) {
      byte[] begin = BlobRoom.read(open, new ByteRange(0, MIB));
      assertThat(begin).isEqualTo(Arrays.copyOf(blob.bytes(), MIB));
      truncateCells(2L * MIB);
      byte[] rest = BlobRoom.read(open, new ByteRange(MIB, blob.size()));
      assertThat(rest).isEqualTo(Arrays.copyOfRange(blob.bytes(), MIB, blob.size()));
      room.quiesce();
      var cells = room.store.cells();
      assertThat(cells.bytesOnDisk())
          .as("the reader has let go of the cell that is gone")
          .isEqualTo(cells.live().values().stream().mapToLong(Long::longValue).sum());
    }
  }

  @Test
  void bytes_in_memory_that_were_found_right_take_no_thread_of_the_disk() {
    MadeBlob blob = origin.add(MadeBlob.of(5 * MIB, 15));
    room(CONFIG);
    room.read(blob);
    room.quiesce();
    int checked = diskCallsOf(blob);
    int again = diskCallsOf(blob);
    assertThat(again).as("opening alone, instead of each of five chunks").isEqualTo(checked - 4);
  }

  private int diskCallsOf(MadeBlob blob) {
    int before = room.diskCalls.get();
    assertThat(room.read(blob)).isEqualTo(blob.bytes());
    return room.diskCalls.get() - before;
  }

  @Test
  void the_cap_holds_and_what_is_read_least_goes_first() {
    room(BlobConfig.of(35L * MIB));
    List<MadeBlob> blobs = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      blobs.add(origin.add(MadeBlob.of(10 * MIB, 20 + n)));
      room.read(blobs.get(n));
      room.now.addAndGet(Duration.ofMinutes(1).toMillis());
      room.quiesce();
    }
    room.read(blobs.get(0));
    MadeBlob more = origin.add(MadeBlob.of(10 * MIB, 30));
    room.read(more);
    room.quiesce();
    assertThat(room.blobs.usedBytes()).isLessThanOrEqualTo(35L * MIB);
    assertThat(room.blobs.holds(blobs.get(0).digest())).as("read again").isTrue();
    assertThat(room.blobs.holds(blobs.get(1).digest())).as("oldest").isFalse();
    assertThat(room.blobs.holds(more.digest())).as("new").isTrue();
  }

  @Test
  void what_is_pinned_never_goes_and_then_blobs_pass_through() {
    room(BlobConfig.of(25L * MIB));
    MadeBlob pinned = origin.add(MadeBlob.of(20 * MIB, 40));
    room.pinned.add(pinned.digest());
    room.read(pinned);
    room.quiesce();
    MadeBlob other = origin.add(MadeBlob.of(20 * MIB, 41));
    try (OpenBlob open = room.open(other)) {
      assertThat(open.status().stored()).isFalse();
      assertThat(BlobRoom.read(open, other.whole())).isEqualTo(other.bytes());
    }
    room.quiesce();
    assertThat(room.blobs.holds(pinned.digest())).isTrue();
    assertThat(room.blobs.holds(other.digest())).isFalse();
    assertThat(room.blobs.usedBytes()).isLessThanOrEqualTo(25L * MIB);
  }

  @Test
  void a_full_disk_passes_misses_through_while_hits_go_on() throws Exception {
    MadeBlob held = origin.add(MadeBlob.of(3 * MIB, 50));
    MadeBlob missing = origin.add(MadeBlob.of(30 * MIB, 51));
    room(CONFIG.withMinFree(10L * MIB));
    room.pinned.add(held.digest());
    room.read(held);
    room.quiesce();
    room.free.set(10L * MIB);
    List<byte[]> read = inParallel(4, _ -> room.read(missing));
    assertThat(read).allSatisfy(bytes -> assertThat(bytes).isEqualTo(missing.bytes()));
    assertThat(room.read(held)).isEqualTo(held.bytes());
    assertThat(room.blobs.holds(missing.digest())).isFalse();
  }

  @Test
  void a_reader_that_stays_keeps_its_blob_from_being_evicted() {
    room(BlobConfig.of(25L * MIB));
    MadeBlob one = origin.add(MadeBlob.of(20 * MIB, 60));
    room.read(one);
    room.quiesce();
    try (OpenBlob open = room.open(one)) {
      MadeBlob two = origin.add(MadeBlob.of(20 * MIB, 61));
      assertThat(room.read(two)).isEqualTo(two.bytes());
      assertThat(BlobRoom.read(open, one.whole())).isEqualTo(one.bytes());
      assertThat(room.blobs.holds(one.digest())).isTrue();
    }
  }

  @Test
  void the_last_byte_waits_for_the_proof() {
    MadeBlob blob = origin.add(MadeBlob.of(2 * MIB, 70));
    room(CONFIG);
    origin.holdAt(MIB);
    ByteRange tail = new ByteRange(blob.size() - 1L, blob.size());
    Future<OpenBlob> open = room.blobs.open(blob.vouched(), List.of(tail));
    assertThat(open.isComplete()).isFalse();
    origin.release();
    try (OpenBlob opened = BlobRoom.await(open)) {
      ByteBuf last = BlobRoom.await(opened.read(tail.first(), tail.end(), OpenBlob.Use.NATIVE));
      assertThat(last.readByte()).isEqualTo(blob.bytes()[blob.size() - 1]);
      last.release();
    }
  }

  @Test
  void more_fills_than_allowed_are_refused_for_a_moment() {
    MadeBlob one = origin.add(MadeBlob.of(3 * MIB, 90));
    MadeBlob two = origin.add(MadeBlob.of(3 * MIB, 91));
    room(CONFIG.withFills(1));
    origin.holdAt(MIB);
    try (OpenBlob open = room.open(one)) {
      assertThat(open.size()).isEqualTo(one.size());
      assertThatThrownBy(() -> room.read(two))
          .isInstanceOfSatisfying(
              PullException.class,
              e -> assertThat(e.failure()).isInstanceOf(Failure.Overloaded.class));
      origin.release();
    }
    room.quiesce();
    assertThat(room.read(two)).isEqualTo(two.bytes());
  }

  @Test
  void sizes_that_contradict_each_other_are_a_lie() {
    MadeBlob blob = origin.add(MadeBlob.of(2 * MIB, 80));
    room(CONFIG);
    room.read(blob);
    room.quiesce();
    MadeBlob shorter = new MadeBlob(Arrays.copyOf(blob.bytes(), MIB), blob.digest());
    assertThatThrownBy(() -> room.read(shorter))
        .isInstanceOfSatisfying(
            PullException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.OriginLied.class));
  }

  private interface Work {
    byte[] call(int n) throws Exception;
  }

  private static List<byte[]> inParallel(int count, Work work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<java.util.concurrent.Future<byte[]>> futures = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        int number = n;
        futures.add(threads.submit(() -> work.call(number)));
      }
      List<byte[]> results = new ArrayList<>();
      for (java.util.concurrent.Future<byte[]> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  private List<Path> cellFiles() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("db"))) {
      return files.filter(file -> file.toString().endsWith(".sst")).toList();
    }
  }

  private void flipBit(long position) throws IOException {
    for (Path file : cellFiles()) {
      if (Files.size(file) > position) {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
          bytes.seek(position);
          int value = bytes.read();
          bytes.seek(position);
          bytes.write(value ^ 1);
        }
      }
    }
  }

  private void truncateCells(long length) throws IOException {
    for (Path file : cellFiles()) {
      if (Files.size(file) > length) {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
          bytes.setLength(length);
        }
      }
    }
  }
}
