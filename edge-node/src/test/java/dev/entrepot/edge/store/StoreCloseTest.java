package dev.entrepot.edge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.oci.Digest;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An edge may end at any moment, and others are then still reading and writing. */
class StoreCloseTest {
  private static final int THREADS = 4;

  @TempDir Path directory;

  /** Without the rule the process dies, and this test with it. */
  @RepeatedTest(5)
  void closing_under_reads_and_writes_fails_them_and_nothing_worse() throws Exception {
    RocksStore store = RocksStore.open(StoreConfig.in(directory));
    AtomicInteger names = new AtomicInteger();
    CountDownLatch busy = new CountDownLatch(2 * THREADS);
    try (ExecutorService threads = Executors.newFixedThreadPool(2 * THREADS)) {
      List<Future<String>> ends = new ArrayList<>();
      for (int n = 0; n < THREADS; n++) {
        byte[] key = {(byte) n};
        ends.add(threads.submit(() -> untilItEnds(busy, () -> writeAndRead(store, key))));
        ends.add(threads.submit(() -> untilItEnds(busy, () -> fillAndDrop(store, names))));
      }
      assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
      store.close();
      for (Future<String> end : ends) {
        assertThat(end.get(30, TimeUnit.SECONDS)).containsAnyOf("closed", "no longer");
      }
    }
    try (RocksStore again = RocksStore.open(StoreConfig.in(directory))) {
      assertThat(again.keyValues().get(Table.TAGS, new byte[] {0})).isPresent();
    }
  }

  @Test
  void other_users_of_the_machine_cannot_look_into_a_store() throws Exception {
    Files.createDirectories(directory.resolve("db"));
    RocksStore.open(StoreConfig.in(directory)).close();

    for (String part : List.of("db", "ingest")) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(part))))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void a_closed_store_says_so_and_may_be_closed_again() {
    RocksStore store = RocksStore.open(StoreConfig.in(directory));
    store.close();
    store.close();
    assertThatThrownBy(() -> store.keyValues().get(Table.TAGS, new byte[1]))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("closed");
  }

  private static String untilItEnds(CountDownLatch busy, Runnable work) {
    try {
      work.run();
      busy.countDown();
      while (true) {
        work.run();
      }
    } catch (StoreException e) {
      return e.getMessage();
    }
  }

  private static void writeAndRead(RocksStore store, byte[] key) {
    store.keyValues().write(List.of(new KeyValueStore.Change.Put(Table.TAGS, key, key)), false);
    store.keyValues().get(Table.TAGS, key);
    store.keyValues().scan(Table.TAGS, key, (_, _) -> true);
  }

  private static void fillAndDrop(RocksStore store, AtomicInteger names) {
    byte[] bytes = ("blob " + names.incrementAndGet()).getBytes(StandardCharsets.US_ASCII);
    Digest digest = Digest.sha256(bytes);
    try (CellWriter writer = store.cells().begin(new CellId(digest, 0))) {
      writer.append(Unpooled.wrappedBuffer(bytes));
      writer.ingest();
    }
    store.cells().drop(List.of(digest));
  }
}
