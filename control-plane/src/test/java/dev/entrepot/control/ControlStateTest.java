package dev.entrepot.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.control.keys.Installation;
import dev.entrepot.control.keys.KeyInfo;
import dev.entrepot.control.keys.SigningKeys;
import dev.entrepot.control.policy.Published;
import dev.entrepot.control.store.RocksControlStore;
import dev.entrepot.control.store.StateDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is due by the clock, with real state. */
final class ControlStateTest {
  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private RocksControlStore store;
  private ControlState state;

  @BeforeEach
  void open() throws IOException {
    Path file = folder.resolve("settings.yaml");
    Files.writeString(file, "keys: {rotate-every: 1d, future: 1}\n");
    if (!(ControlSettings.read(file, Map.of()) instanceof ControlSettings.Result.Ok ok)) {
      throw new IllegalStateException("the settings of this test are refused");
    }
    SecureRandom random = new SecureRandom();
    store = new StateDirectory(folder.resolve("state")).open();
    state =
        new ControlState(
            new ControlState.Base(
                store,
                Installation.open(store, random),
                ok.settings().decisions(),
                URI.create("https://control.example/token"),
                clock,
                random),
            ControlState.Members.NOBODY);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void without_anything_due_nothing_is_published() {
    List<Published> seen = listen();
    clock.advance(Duration.ofHours(23));
    state.upkeep();
    assertThat(seen).hasSize(1);
  }

  @Test
  void the_schedule_rotates_and_the_old_key_leaves_after_its_last_token() {
    List<Published> seen = listen();
    clock.advance(Duration.ofDays(1));
    state.upkeep();
    assertThat(seen).hasSize(2);
    assertThat(states()).containsExactly("retired", "active", "future");
    assertThat(seen.getLast().snapshot().keys()).hasSize(3);
    clock.advance(AccessToken.MAX_LIFE.plus(Duration.ofMinutes(1)));
    state.upkeep();
    assertThat(states()).hasSize(3);
    clock.advance(Duration.ofSeconds(1));
    state.upkeep();
    assertThat(states()).containsExactly("active", "future");
    assertThat(seen.getLast().snapshot().keys()).hasSize(2);
  }

  @Test
  void a_key_made_by_a_rotation_may_sign_after_the_propagation_time() {
    clock.advance(SigningKeys.PROPAGATION);
    var _ = state.rotate(false);
    clock.advance(SigningKeys.PROPAGATION);
    var _ = state.rotate(false);
    assertThat(states()).containsExactly("retired", "retired", "active", "future");
  }

  @Test
  void a_revocation_that_no_token_can_need_leaves_the_snapshot() {
    state.revocations().token("abc");
    assertThat(state.publish().snapshot().revocations().tokens()).containsKey("abc");
    clock.advance(AccessToken.MAX_LIFE.plus(Duration.ofMinutes(2)));
    state.upkeep();
    assertThat(state.snapshots().current().snapshot().revocations().tokens()).isEmpty();
  }

  @Test
  void without_a_name_in_the_settings_the_issuer_is_the_installation() {
    assertThat(state.signer().issuer())
        .isEqualTo("entrepot-" + state.installation().id())
        .isEqualTo(state.snapshots().current().snapshot().tokens().issuer());
  }

  private List<Published> listen() {
    List<Published> seen = new ArrayList<>();
    var _ = state.snapshots().subscribe(seen::add);
    return seen;
  }

  private List<String> states() {
    return state.keys().list().stream().map(KeyInfo::state).toList();
  }
}
