package dev.entrepot.control.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import dev.entrepot.control.TestClock;
import dev.entrepot.control.store.Backup;
import dev.entrepot.control.store.RocksControlStore;
import dev.entrepot.control.store.StateDirectory;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotsTest {
  private static final KeyPair KEY = key();
  private static final RSAPublicKey SHOWN = (RSAPublicKey) KEY.getPublic();

  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private StateDirectory directory;
  private RocksControlStore store;
  private Revocations revocations;

  @BeforeEach
  void open() {
    directory = new StateDirectory(folder.resolve("control"));
    store = directory.open();
    revocations = new Revocations(store, clock);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void edges_can_read_what_is_published() throws Exception {
    revocations.token("abc");
    revocations.subject("eve");
    Published published = snapshots().current();
    Snapshot read = SnapshotCodec.read(published.text(), SHOWN);
    assertThat(read).isEqualTo(published.snapshot());
    assertThat(read.revocations().tokens()).containsOnlyKeys("abc");
    assertThat(published.line()).endsWith('\n').hasSize(published.text().length() + 1);
  }

  @Test
  void every_change_makes_one_new_version_and_no_change_none() {
    Snapshots snapshots = snapshots();
    List<Long> seen = new ArrayList<>();
    snapshots.subscribe(published -> seen.add(published.version()));
    snapshots.refresh();
    assertThat(seen).hasSize(1);
    revocations.all();
    snapshots.refresh();
    snapshots.refresh();
    revocations.subject("eve");
    snapshots.refresh();
    assertThat(seen).hasSize(3).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void who_has_unsubscribed_hears_no_more() {
    Snapshots snapshots = snapshots();
    List<Long> seen = new ArrayList<>();
    snapshots.subscribe(published -> seen.add(published.version())).run();
    revocations.all();
    snapshots.refresh();
    assertThat(seen).hasSize(1);
  }

  @Test
  void versions_grow_over_restarts_even_when_the_clock_goes_back() {
    long before = snapshots().current().version();
    store.close();
    clock.advance(Duration.ofDays(-365));
    open();
    long after = snapshots().current().version();
    assertThat(after).isGreaterThan(before);
  }

  @Test
  void versions_grow_beyond_what_edges_saw_when_an_older_backup_is_restored() {
    Snapshots snapshots = snapshots();
    Backup.write(store, directory, folder.resolve("backup"), clock.instant());
    for (int i = 0; i < 50; i++) {
      clock.advance(Duration.ofSeconds(1));
      revocations.token("t" + i);
      snapshots.refresh();
    }
    long seen = snapshots.current().version();
    store.close();
    clock.advance(Duration.ofMillis(1));
    directory = new StateDirectory(folder.resolve("restored"));
    Backup.restore(folder.resolve("backup"), directory, clock.instant(), _ -> {});
    store = directory.open();
    revocations = new Revocations(store, clock);
    assertThat(snapshots().current().version()).isGreaterThan(seen);
  }

  @Test
  void revocations_survive_a_restart_and_are_forgotten_when_they_cannot_matter() {
    revocations.token("abc");
    revocations.subject("eve");
    revocations.all();
    store.close();
    open();
    assertThat(revocations.current().tokens()).containsOnlyKeys("abc");
    assertThat(revocations.current().before()).contains(clock.instant().plusSeconds(1));
    clock.advance(Duration.ofMinutes(16));
    assertThat(revocations.prune()).isFalse();
    clock.advance(Duration.ofSeconds(2));
    assertThat(revocations.prune()).isTrue();
    assertThat(revocations.current()).isEqualTo(Snapshot.Revocations.NONE);
    store.close();
    open();
    assertThat(revocations.current()).isEqualTo(Snapshot.Revocations.NONE);
  }

  @Test
  void a_token_issued_in_the_same_second_is_meant_too() {
    clock.advance(Duration.ofMillis(700));
    Instant issued = Instant.ofEpochSecond(clock.instant().getEpochSecond());
    revocations.subject("eve");
    assertThat(revocations.current().subjects().get("eve")).isAfter(issued);
  }

  @Test
  void a_name_that_no_token_has_is_refused() {
    assertThatThrownBy(() -> revocations.subject("")).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> revocations.token("a\nb"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("--jti");
  }

  private Snapshots snapshots() {
    return new Snapshots(
        store,
        new Snapshots.Sources(
            "installation",
            () -> List.of(new Snapshot.Key(RsaKeys.thumbprint(SHOWN), SHOWN, Optional.empty())),
            () -> new Snapshot.Tokens("i", "s", URI.create("https://control.test/token")),
            revocations::current,
            () -> Snapshot.Access.UNCHANGED,
            () -> List.of(new Snapshot.Edge("edge-1", List.of("1f"))),
            () -> List.of("PEM")),
        snapshot -> SnapshotCodec.sign(snapshot, RsaKeys.thumbprint(SHOWN), KEY.getPrivate()),
        clock);
  }

  private static KeyPair key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2_048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
