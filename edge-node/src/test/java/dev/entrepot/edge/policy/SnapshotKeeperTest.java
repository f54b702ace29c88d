package dev.entrepot.edge.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.wire.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an edge goes by, and what it refuses to go by. */
class SnapshotKeeperTest {
  private final Installation ours = new Installation("ours");
  private Instant now = Instant.now();
  private Path file = Path.of("");

  @BeforeEach
  void place(@TempDir Path directory) {
    file = directory.resolve("snapshot.jws");
  }

  @Test
  void a_newer_snapshot_counts_at_once_and_after_a_restart() throws IOException {
    SnapshotKeeper keeper = keeper();
    keeper.snapshot(ours.sign(ours.snapshot(1)));
    keeper.snapshot(ours.sign(ours.snapshot(7)));
    assertThat(version(keeper)).isEqualTo(7);
    assertThat(version(keeper())).isEqualTo(7);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void an_older_one_is_refused_even_after_a_restart() {
    keeper().snapshot(ours.sign(ours.snapshot(7)));
    SnapshotKeeper keeper = keeper();
    keeper.snapshot(ours.sign(ours.snapshot(6)));
    assertThat(version(keeper)).isEqualTo(7);
    assertThat(version(keeper())).isEqualTo(7);
  }

  @Test
  void what_is_not_this_installations_is_refused_and_the_last_good_one_stays() {
    SnapshotKeeper keeper = keeper();
    keeper.snapshot(ours.sign(ours.snapshot(1)));
    Installation other = new Installation("other");
    String good = ours.sign(ours.snapshot(2));
    for (String bad :
        List.of(
            other.sign(other.snapshot(9)),
            new Installation("ours").sign(ours.snapshot(9)),
            ours.sign(other.snapshot(9)),
            ours.sign(ours.claims("ci")),
            good.substring(0, good.length() - 8),
            "garbage",
            "{}")) {
      keeper.snapshot(bad);
      assertThat(version(keeper)).as(bad).isEqualTo(1);
    }
    keeper.snapshot(good);
    assertThat(version(keeper)).isEqualTo(2);
  }

  @Test
  void networks_that_cannot_be_read_make_no_policy() {
    SnapshotKeeper keeper = keeper();
    keeper.snapshot(ours.sign(ours.snapshot(1)));
    Snapshot.Access broken =
        new Snapshot.Access(Optional.of(List.of("nowhere")), List.of(), Duration.ofDays(1));
    keeper.snapshot(ours.sign(ours.snapshot(2, Snapshot.Revocations.NONE, broken)));
    assertThat(version(keeper)).isEqualTo(1);
  }

  @Test
  void a_broken_file_is_no_policy_and_the_next_snapshot_mends_it() throws IOException {
    keeper().snapshot(ours.sign(ours.snapshot(3)));
    Files.writeString(file, "torn");
    SnapshotKeeper keeper = keeper();
    assertThat(keeper.current()).isEmpty();
    keeper.snapshot(ours.sign(ours.snapshot(3)));
    assertThat(version(keeper())).isEqualTo(3);
  }

  @Test
  void it_is_fresh_while_it_is_confirmed_and_a_restart_does_not_make_it_younger() {
    SnapshotKeeper keeper = keeper();
    assertThat(keeper.isFresh()).isFalse();
    keeper.snapshot(ours.sign(ours.snapshot(1)));
    assertThat(keeper.isFresh()).isTrue();
    now = now.plus(Duration.ofDays(6));
    keeper.confirmed();
    now = now.plus(Duration.ofDays(6));
    assertThat(keeper.isFresh()).isTrue();
    now = now.plus(Duration.ofDays(2));
    assertThat(keeper.isFresh()).isFalse();
    assertThat(keeper().isFresh()).isFalse();
    keeper.confirmed();
    assertThat(keeper.isFresh()).isTrue();
  }

  private static long version(SnapshotKeeper keeper) {
    return keeper.current().map(Policy::version).orElse(0L);
  }

  private SnapshotKeeper keeper() {
    SnapshotKeeper keeper =
        new SnapshotKeeper("ours", ours.snapshotKey(), Optional.of(file), () -> now, Runnable::run);
    keeper.load();
    return keeper;
  }
}
