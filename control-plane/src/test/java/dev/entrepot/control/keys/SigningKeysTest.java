package dev.entrepot.control.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.control.TestClock;
import dev.entrepot.control.store.RocksControlStore;
import dev.entrepot.control.store.StateDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SigningKeysTest {
  private static final byte[] CLAIMS = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
  private static final SigningKeys.Rules RULES =
      new SigningKeys.Rules(Duration.ofDays(7), 2, SigningKeys.PROPAGATION);

  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private final SecureRandom random = new SecureRandom();
  private RocksControlStore store;
  private SigningKeys keys;

  @BeforeEach
  void open() {
    store = new StateDirectory(folder).open();
    keys = SigningKeys.open(store, RULES, clock, random);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void coming_keys_are_told_before_they_sign() {
    assertThat(keys.list())
        .extracting(KeyInfo::state)
        .containsExactly("active", "future", "future");
    assertThat(keys.forSnapshot()).hasSize(3).allSatisfy(it -> assertThat(it.notAfter()).isEmpty());
  }

  @Test
  void a_token_has_exactly_our_header_and_the_active_key() throws UnreadableJwsException {
    CompactJws jws = CompactJws.parse(keys.sign(AccessToken.TYPE, CLAIMS), 8_192);
    assertThat(jws.type()).isEqualTo(AccessToken.TYPE);
    assertThat(jws.keyId()).isEqualTo(keys.list().getFirst().id());
    assertThat(countsNow(jws)).isTrue();
  }

  @Test
  void a_key_that_edges_may_not_know_does_not_sign_unless_one_insists() {
    assertThatThrownBy(() -> keys.rotate(false))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("wait that long and rotate again, or insist");
    tellAll();
    clock.advance(SigningKeys.PROPAGATION.minusSeconds(1));
    assertThatThrownBy(() -> keys.rotate(false)).isInstanceOf(Refusal.class);
    clock.advance(Duration.ofSeconds(1));
    String next = keys.list().get(1).id();
    assertThat(keys.rotate(false)).isEqualTo(next);
    assertThat(keys.rotate(true)).isNotEqualTo(next);
  }

  @Test
  void a_key_that_was_never_published_does_not_sign_whoever_insists() {
    String first = keys.list().getFirst().id();
    assertThatThrownBy(() -> keys.rotate(true))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("was not published yet");
    assertThat(keys.list().getFirst().state()).isEqualTo("active");
    assertThat(keys.list().getFirst().id()).isEqualTo(first);
  }

  @Test
  void a_rotation_keeps_old_tokens_valid_until_the_last_has_expired() throws Exception {
    tellAll();
    CompactJws old = CompactJws.parse(keys.sign(AccessToken.TYPE, CLAIMS), 8_192);
    clock.advance(Duration.ofMinutes(1));
    keys.rotate(false);

    CompactJws fresh = CompactJws.parse(keys.sign(AccessToken.TYPE, CLAIMS), 8_192);
    assertThat(fresh.keyId()).isNotEqualTo(old.keyId());
    assertThat(keys.forSnapshot()).hasSize(4);
    assertThat(notAfter(old.keyId())).isEqualTo(clock.instant().plusSeconds(1));
    clock.advance(AccessToken.MAX_LIFE.plus(Duration.ofMinutes(1)));
    assertThat(keys.tick()).isFalse();
    assertThat(countsNow(old)).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(keys.tick()).isTrue();
    assertThat(countsNow(old)).isFalse();
    assertThat(countsNow(fresh)).isTrue();
  }

  @Test
  void the_schedule_rotates_when_edges_know_the_next_key() {
    clock.advance(Duration.ofDays(7));
    assertThat(keys.tick()).isFalse();
    tellAll();
    clock.advance(SigningKeys.PROPAGATION);
    assertThat(keys.tick()).isTrue();
    assertThat(keys.list())
        .extracting(KeyInfo::state)
        .containsExactly("retired", "active", "future", "future");
    assertThat(keys.tick()).isFalse();
  }

  @Test
  void keys_survive_a_restart() throws Exception {
    tellAll();
    clock.advance(Duration.ofMinutes(2));
    keys.rotate(false);
    CompactJws jws = CompactJws.parse(keys.sign(AccessToken.TYPE, CLAIMS), 8_192);
    List<KeyInfo> before = keys.list();
    Installation installation = Installation.open(store, random);
    store.close();
    open();
    assertThat(keys.list()).isEqualTo(before);
    assertThat(countsNow(jws)).isTrue();
    Installation again = Installation.open(store, random);
    assertThat(again.id()).isEqualTo(installation.id()).matches("[0-9a-f]{32}");
    assertThat(again.snapshotKey()).isEqualTo(installation.snapshotKey());
    assertThat(keys.forSnapshot()).noneMatch(it -> it.key().equals(again.snapshotKey()));
  }

  @Test
  void more_rotations_than_a_snapshot_holds_are_refused() {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 64; i++) {
                tellAll();
                keys.rotate(true);
              }
            })
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("too many retired keys");
    assertThat(keys.forSnapshot()).hasSizeLessThan(64);
  }

  private void tellAll() {
    keys.told(keys.list().stream().map(KeyInfo::id).collect(Collectors.toSet()));
  }

  private java.time.Instant notAfter(String id) {
    return keys.forSnapshot().stream()
        .filter(it -> it.id().equals(id))
        .findFirst()
        .flatMap(Snapshot.Key::notAfter)
        .orElseThrow();
  }

  private boolean countsNow(CompactJws jws) {
    return keys.forSnapshot().stream()
        .anyMatch(it -> it.id().equals(jws.keyId()) && jws.isSignedBy(it.key()));
  }
}
