package dev.entrepot.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.control.store.ControlStore.Change;
import dev.entrepot.control.store.ControlStore.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackupTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  @TempDir Path folder;

  @Test
  void what_is_written_is_there_after_a_restart_and_for_its_user_alone() throws IOException {
    StateDirectory directory = new StateDirectory(folder.resolve("control"));
    try (RocksControlStore store = directory.open()) {
      store.write(List.of(put("a", "1"), put("b", "2")));
    }
    try (RocksControlStore store = directory.open()) {
      assertThat(text(store, "a")).isEqualTo("1");
      store.write(List.of(new Change.Delete(Table.NODES, "a"), put("b", "3")));
      assertThat(store.get(Table.NODES, "a")).isEmpty();
      assertThat(store.all(Table.NODES).keySet()).containsExactly("b");
      assertThat(store.all(Table.KEYS)).isEmpty();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.state())))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.root())))
        .isEqualTo("rwx------");
  }

  @Test
  void a_second_process_is_refused_in_one_sentence() {
    StateDirectory directory = new StateDirectory(folder);
    try (RocksControlStore _ = directory.open()) {
      assertThatThrownBy(directory::open)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("in use by another process: stop that one");
    }
  }

  @Test
  void a_newer_format_is_refused() {
    StateDirectory directory = new StateDirectory(folder);
    try (RocksControlStore store = directory.open()) {
      store.write(List.of(new Change.Put(Table.META, "format", new byte[] {0, 0, 0, 9})));
    }
    assertThatThrownBy(directory::open)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("newer version (format 9");
  }

  @Test
  void a_damaged_state_is_never_begun_anew() throws IOException {
    StateDirectory directory = new StateDirectory(folder);
    directory.open().close();
    Files.writeString(directory.state().resolve("CURRENT"), "rubbish");
    assertThatThrownBy(directory::open)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("restore a backup into an empty directory");
  }

  @Test
  void a_closed_store_says_so() {
    RocksControlStore store = new StateDirectory(folder).open();
    store.close();
    store.close();
    assertThatThrownBy(() -> store.get(Table.META, "a")).isInstanceOf(IllegalStateException.class);
  }

  /** Two records that only change together are never apart in a backup made meanwhile. */
  @Test
  void a_backup_under_writes_is_a_state_that_existed() throws Exception {
    StateDirectory directory = new StateDirectory(folder.resolve("control"));
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(20);
    List<Path> backups = new ArrayList<>();
    try (RocksControlStore store = directory.open()) {
      Files.writeString(directory.authority().resolve("ca.crt"), "an authority");
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; !stop.get(); i++) {
                  store.write(List.of(put("left", "" + i), put("right", "" + i)));
                  begun.countDown();
                }
              });
      begun.await();
      for (int i = 0; i < 3; i++) {
        backups.add(folder.resolve("backup-" + i));
        Backup.write(store, directory, backups.getLast(), NOW.plusSeconds(i));
      }
      stop.set(true);
      writer.join();
    }
    int last = 0;
    for (Path backup : backups) {
      StateDirectory restored = new StateDirectory(folder.resolve(backup.getFileName() + "-back"));
      restore(backup, restored);
      try (RocksControlStore store = restored.open()) {
        assertThat(text(store, "left")).isEqualTo(text(store, "right"));
        assertThat(Integer.parseInt(text(store, "left")))
            .isGreaterThanOrEqualTo(Math.max(last, 19));
        last = Integer.parseInt(text(store, "left"));
      }
      assertThat(restored.authority().resolve("ca.crt")).hasContent("an authority");
    }
    try (Stream<Path> left = Files.list(directory.root())) {
      assertThat(left.map(it -> it.getFileName().toString())).containsOnly("state", "ca");
    }
  }

  @Test
  void a_backup_that_was_cut_off_anywhere_is_refused() throws IOException {
    StateDirectory directory = new StateDirectory(folder.resolve("control"));
    List<String> steps = new ArrayList<>();
    try (RocksControlStore store = directory.open()) {
      store.write(List.of(put("a", "1")));
      Files.writeString(directory.authority().resolve("ca.key"), "secret");
      Backup.write(store, directory, folder.resolve("whole"), NOW, steps::add);
      assertThat(steps).contains("proven", "ca/ca.key", "copied");
      for (int i = 0; i < steps.size(); i++) {
        Path cut = folder.resolve("cut-" + i);
        String end = steps.get(i);
        assertThatThrownBy(() ->
                Backup.write(
                    store,
                    directory,
                    cut,
                    NOW,
                    step -> {
                      if (step.equals(end) || !steps.contains(step)) {
                        throw new Killed();
                      }
                    }))
            .isInstanceOf(Killed.class);
        assertThatThrownBy(() -> restore(cut, new StateDirectory(folder.resolve("none"))))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("no complete backup");
        assertThat(folder.resolve("none")).doesNotExist();
      }
    }
  }

  @Test
  void a_changed_or_missing_file_of_a_backup_is_noticed() throws IOException {
    StateDirectory directory = new StateDirectory(folder.resolve("control"));
    try (RocksControlStore store = directory.open()) {
      store.write(List.of(put("a", "1")));
      Files.writeString(directory.authority().resolve("ca.key"), "secret");
      Backup.write(store, directory, folder.resolve("one"), NOW);
      Backup.write(store, directory, folder.resolve("two"), NOW);
    }
    Files.writeString(folder.resolve("one/ca/ca.key"), "!", StandardOpenOption.APPEND);
    Files.delete(folder.resolve("two/state/CURRENT"));
    for (String name : List.of("one", "two")) {
      assertThatThrownBy(
              () -> restore(folder.resolve(name), new StateDirectory(folder.resolve("to"))))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("is missing or changed");
    }
  }

  @Test
  void a_marker_that_points_elsewhere_is_refused() throws IOException {
    Path backup = Files.createDirectory(folder.resolve("backup"));
    Files.writeString(
        backup.resolve(Backup.MARKER),
        "{\"format\":1,\"made\":1,\"files\":{\"state/../../x\":\"00\"}}");
    assertThatThrownBy(() -> restore(backup, new StateDirectory(folder.resolve("to"))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("names a file that no backup has");
  }

  @Test
  void nothing_is_written_over() throws IOException {
    StateDirectory directory = new StateDirectory(folder.resolve("control"));
    Path taken = Files.createDirectory(folder.resolve("taken"));
    Files.writeString(taken.resolve("file"), "mine");
    try (RocksControlStore store = directory.open()) {
      Backup.write(store, directory, folder.resolve("good"), NOW);
      assertThatThrownBy(() -> Backup.write(store, directory, taken, NOW))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("new directory");
    }
    assertThatThrownBy(() -> restore(folder.resolve("good"), new StateDirectory(taken)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("empty directory");
  }

  @Test
  void a_restore_that_was_cut_off_does_not_start() throws IOException {
    StateDirectory directory = new StateDirectory(folder);
    Files.createFile(directory.restoring());
    assertThatThrownBy(directory::open).isInstanceOf(Refusal.class).hasMessageContaining("cut off");
  }

  @Test
  void a_restored_state_says_so_and_is_changed_before_anybody_opens_it() {
    StateDirectory directory = new StateDirectory(folder.resolve("control"));
    try (RocksControlStore store = directory.open()) {
      store.write(List.of(put("a", "1")));
      assertThat(Restored.of(store)).isEmpty();
      Backup.write(store, directory, folder.resolve("backup"), NOW);
    }
    StateDirectory broken = new StateDirectory(folder.resolve("broken"));
    assertThatThrownBy(() ->
            Backup.restore(
                folder.resolve("backup"),
                broken,
                NOW,
                _ -> {
                  throw new Killed();
                }))
        .isInstanceOf(Killed.class);
    assertThatThrownBy(broken::open).hasMessageContaining("cut off");

    StateDirectory whole = new StateDirectory(folder.resolve("whole"));
    Instant later = NOW.plusSeconds(60);
    Instant made =
        Backup.restore(
            folder.resolve("backup"),
            whole,
            later,
            store -> store.write(List.of(new Change.Delete(Table.NODES, "a"))));
    assertThat(made).isEqualTo(NOW);
    try (RocksControlStore store = whole.open()) {
      assertThat(Restored.of(store)).contains(new Restored(NOW, later));
      assertThat(store.all(Table.NODES)).isEmpty();
    }
  }

  private static void restore(Path from, StateDirectory to) {
    Backup.restore(from, to, NOW.plusSeconds(60), _ -> {});
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Change put(String key, String value) {
    return new Change.Put(Table.NODES, key, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(ControlStore store, String key) {
    SortedMap<String, byte[]> all = store.all(Table.NODES);
    return new String(all.getOrDefault(key, new byte[0]), StandardCharsets.UTF_8);
  }
}
