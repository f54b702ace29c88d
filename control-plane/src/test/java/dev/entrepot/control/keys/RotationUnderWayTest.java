package dev.entrepot.control.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.control.TestClock;
import dev.entrepot.control.store.ControlStore;
import dev.entrepot.control.store.RocksControlStore;
import dev.entrepot.control.store.StateDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that are issued while a disk is slow to keep a rotation, or fails at it. */
final class RotationUnderWayTest {
  private static final Duration STALL = Duration.ofSeconds(3);
  private static final SigningKeys.Rules RULES =
      new SigningKeys.Rules(Duration.ofDays(7), 2, SigningKeys.PROPAGATION);

  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private final SecureRandom random = new SecureRandom();
  private final List<Issued> issued = new ArrayList<>();
  private Runnable before = () -> {};
  private Runnable behind = () -> {};
  private RocksControlStore disk;
  private SigningKeys keys;

  /** A token, as far as edges ask about it here. */
  private record Issued(CompactJws token, Instant at) {}

  @BeforeEach
  void open() {
    disk = new StateDirectory(folder).open();
    keys = SigningKeys.open(new Watched(), RULES, clock, random);
    keys.told(keys.list().stream().map(KeyInfo::id).collect(Collectors.toSet()));
    clock.advance(SigningKeys.PROPAGATION);
    issue();
  }

  @AfterEach
  void close() {
    disk.close();
  }

  @Test
  void a_token_that_is_issued_while_a_rotation_is_being_kept_counts() {
    before = this::stall;
    behind = this::stall;

    keys.rotate(false);

    assertThat(issued).hasSizeGreaterThan(2);
    assertAllCount();
  }

  @Test
  void a_rotation_that_cannot_be_kept_makes_no_token_worthless_and_can_be_tried_again() {
    before = this::stallAndFail;
    assertThatThrownBy(() -> keys.rotate(false)).hasMessage("no space");
    issue();
    assertAllCount();
    assertThat(keys.list()).extracting(KeyInfo::state).doesNotContain("retired");

    before = this::stall;
    keys.rotate(false);

    issue();
    assertAllCount();
    assertThat(keys.list())
        .extracting(KeyInfo::state)
        .containsExactly("retired", "active", "future", "future");
  }

  @Test
  void a_rotation_that_was_not_kept_before_the_end_makes_no_token_worthless() {
    before = this::stallAndFail;
    assertThatThrownBy(() -> keys.rotate(false)).hasMessage("no space");
    before = () -> {};
    issue();

    restart();

    assertThat(keys.list()).extracting(KeyInfo::state).doesNotContain("retired");
    issue();
    assertAllCount();
  }

  /** As when the disk has it, and its answer is an error. */
  @Test
  void a_rotation_that_was_kept_against_all_appearance_makes_no_token_worthless() {
    behind = this::stallAndFail;
    assertThatThrownBy(() -> keys.rotate(false)).hasMessage("no space");
    behind = () -> {};
    clock.advance(STALL);
    issue();

    restart();

    assertThat(keys.list()).extracting(KeyInfo::state).contains("retired");
    issue();
    assertAllCount();
  }

  private void restart() {
    disk.close();
    disk = new StateDirectory(folder).open();
    keys = SigningKeys.open(new Watched(), RULES, clock, random);
  }

  private void stall() {
    clock.advance(STALL);
    issue();
  }

  private void stallAndFail() {
    stall();
    throw new IllegalStateException("no space");
  }

  private void issue() {
    Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
    byte[] claims = ("{\"iat\":" + now.getEpochSecond() + "}").getBytes(StandardCharsets.UTF_8);
    String token = keys.sign(AccessToken.TYPE, claims);
    try {
      issued.add(new Issued(CompactJws.parse(token, 8_192), now));
    } catch (UnreadableJwsException e) {
      throw new AssertionError(e);
    }
  }

  /** By what edges are told now. */
  private void assertAllCount() {
    assertThat(issued)
        .allSatisfy(it ->
            assertThat(keys.forSnapshot())
                .anyMatch(key ->
                    key.id().equals(it.token.keyId())
                        && it.token.isSignedBy(key.key())
                        && key.notAfter().filter(it.at::isAfter).isEmpty()));
  }

  /** The disk, with something that happens right before and right behind each writing. */
  private final class Watched implements ControlStore {
    @Override
    public Optional<byte[]> get(Table table, String key) {
      return disk.get(table, key);
    }

    @Override
    public SortedMap<String, byte[]> all(Table table) {
      return disk.all(table);
    }

    @Override
    public void write(List<Change> changes) {
      before.run();
      disk.write(changes);
      behind.run();
    }

    @Override
    public void close() {
      disk.close();
    }
  }
}
