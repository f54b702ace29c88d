package dev.entrepot.edge.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Signed by the right key all the same: a control plane with a fault, or with a thief in it. */
  @Test
  void what_no_edge_can_live_by_is_refused_and_the_last_good_one_stays() throws Exception {
    SnapshotKeeper keeper = keeper();
    keeper.snapshot(ours.sign(ours.snapshot(1)));
    Snapshot.Key good = ours.snapshot(2).keys().getFirst();
    RSAPublicKey small = (RSAPublicKey) Installation.rsa(1024).getPublic();
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("no keys", ours.sign(with(List.of(), List.of())));
    bad.put("a kid twice", ours.sign(with(List.of(good, good), List.of())));
    bad.put(
        "a small key",
        ours.sign(
            with(
                List.of(good, new Snapshot.Key(RsaKeys.thumbprint(small), small, Optional.empty())),
                List.of())));
    bad.put("another algorithm", changed("\"alg\":\"RS256\"", "\"alg\":\"PS256\""));
    bad.put("a kid of another key", changed(ours.keyId(), "A".repeat(43)));
    bad.put("no version", changed("\"version\":2", "\"version\":0"));
    bad.put("too long", ours.sign(with(List.of(good), List.of("A".repeat(13 << 20)))));
    bad.forEach((what, text) -> {
      keeper.snapshot(text);
      assertThat(version(keeper)).as(what).isEqualTo(1);
      assertThat(version(keeper())).as(what).isEqualTo(1);
    });
    keeper.snapshot(changed("\"version\":2", "\"version\":2"));
    assertThat(version(keeper)).as("the table's own way of signing is right").isEqualTo(2);
  }

  @Test
  void what_could_not_be_written_is_written_with_the_next_confirmation() throws IOException {
    SnapshotKeeper keeper = keeper();
    keeper.snapshot(ours.sign(ours.snapshot(1)));
    Path blocked = Files.createDirectories(draft().resolve("in the way")).getParent();
    keeper.snapshot(ours.sign(ours.snapshot(2)));
    assertThat(version(keeper)).isEqualTo(2);

    now = now.plus(Duration.ofDays(8));
    keeper.confirmed();
    assertThat(keeper.isFresh()).isTrue();
    assertThat(version(keeper())).isEqualTo(1);
    assertThat(keeper().isFresh()).as("nobody has confirmed version 1 for eight days").isFalse();

    Files.delete(blocked.resolve("in the way"));
    now = now.plus(SnapshotKeeper.NOTE_EVERY);
    keeper.confirmed();
    assertThat(version(keeper())).isEqualTo(2);
    assertThat(keeper().isFresh()).isTrue();
  }

  @Test
  void one_from_the_future_waits_until_the_clocks_agree() {
    SnapshotKeeper keeper = keeper();
    keeper.snapshot(ours.sign(ours.snapshot(1)));
    now = now.minus(Duration.ofDays(1));
    try (Warnings warnings = new Warnings(SnapshotKeeper.class)) {
      for (int i = 0; i < 3; i++) {
        now = now.plusSeconds(5);
        keeper.snapshot(ours.sign(ours.snapshot(2)));
        keeper.confirmed();
        assertThat(version(keeper)).isEqualTo(1);
      }
      assertThat(warnings.said()).singleElement().asString().contains("set the clock right");
    }
    assertThat(version(keeper())).as("what was good once stays good").isEqualTo(1);
    now = Instant.now().minus(SnapshotKeeper.LEEWAY).plusSeconds(5);
    keeper.confirmed();
    assertThat(version(keeper)).isEqualTo(2);
  }

  @Test
  void a_silence_is_told_once_for_each_reason_though_its_times_change() {
    SnapshotKeeper keeper = keeper();
    try (Warnings warnings = new Warnings(SnapshotKeeper.class)) {
      keeper.lost("it is 2026-01-01T00:00:05.25Z here: set the clocks right");
      keeper.lost("it is 2026-01-01T00:00:10Z here: set the clocks right");
      keeper.lost("nobody answers");
      assertThat(warnings.said()).hasSize(2);
    }
  }

  @Test
  void that_private_content_closes_is_said_once() {
    SnapshotKeeper keeper = keeper();
    keeper.snapshot(ours.sign(ours.snapshot(1)));
    try (Warnings warnings = new Warnings(SnapshotKeeper.class)) {
      keeper.lost("nobody answers");
      now = now.plus(Duration.ofDays(8));
      keeper.lost("nobody answers");
      keeper.lost("nobody answers");
      assertThat(warnings.said()).hasSize(2);
      assertThat(warnings.said().getLast()).contains("private content is closed", "max-staleness");

      keeper.confirmed();
      now = now.plus(Duration.ofDays(8));
      keeper.lost("nobody answers");
      assertThat(warnings.said()).hasSize(4);
    }
  }

  private Path draft() {
    return file.resolveSibling("snapshot.jws.tmp");
  }

  private Snapshot with(List<Snapshot.Key> keys, List<String> trust) {
    Snapshot like = ours.snapshot(2);
    return new Snapshot(
        like.installation(),
        like.version(),
        like.issuedAt(),
        keys,
        like.tokens(),
        like.revocations(),
        like.access(),
        like.edges(),
        trust);
  }

  private String changed(String from, String to) throws UnreadableJwsException {
    String text = ours.sign(ours.snapshot(2));
    byte[] payload = CompactJws.parse(text, SnapshotCodec.MAX_CHARS).payload();
    String json = new String(payload, StandardCharsets.UTF_8);
    assertThat(json).contains(from);
    return ours.signSnapshot(json.replace(from, to).getBytes(StandardCharsets.UTF_8));
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
