package dev.entrepot.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.Decisions;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What decides, in another process. */
final class EmbeddedControlTest {
  private static final URI REALM = URI.create("http://registry.example:5000/token");

  @TempDir Path folder;

  @Test
  void every_change_is_handed_over_signed() throws Exception {
    try (EmbeddedControl control = open()) {
      List<String> seen = new ArrayList<>();
      Runnable end = control.onSnapshot(seen::add);
      control.administration().revokeSubject("eve");
      end.run();
      control.administration().revokeAll();
      assertThat(seen).hasSize(2);
      Snapshot last = SnapshotCodec.read(seen.getLast(), control.snapshotKey());
      assertThat(last.tokens().realm()).isEqualTo(REALM);
      assertThat(last.tokens().issuer()).isEqualTo(control.signer().issuer());
      assertThat(last.revocations().subjects()).containsOnlyKeys("eve");
      assertThat(last.access().deniedRepositories()).containsExactly("docker.io/evil/**");
      assertThat(last.edges()).isEmpty();
    }
  }

  @Test
  void it_is_the_same_installation_after_a_restart() throws Exception {
    String installation;
    Snapshot before;
    try (EmbeddedControl control = open()) {
      installation = control.installation();
      before = SnapshotCodec.read(control.currentSnapshot(), control.snapshotKey());
    }
    try (EmbeddedControl control = open()) {
      Snapshot after = SnapshotCodec.read(control.currentSnapshot(), control.snapshotKey());
      assertThat(control.installation()).isEqualTo(installation);
      assertThat(after.keys()).isEqualTo(before.keys());
      assertThat(after.version()).isGreaterThan(before.version());
    }
  }

  @Test
  void there_are_no_nodes_to_let_in() throws Exception {
    try (EmbeddedControl control = open()) {
      assertThatThrownBy(() ->
              control
                  .administration()
                  .createJoinToken(Optional.empty(), List.of(), 1, Duration.ofHours(1)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("run entrepot control-plane");
    }
  }

  private EmbeddedControl open() throws IOException {
    return ControlPlane.embedded(folder.resolve("state"), decisions(), REALM);
  }

  private Decisions decisions() throws IOException {
    Path file = folder.resolve("settings.yaml");
    Files.writeString(file, "access: {denied: [\"docker.io/evil/**\"]}\n");
    return switch (ControlSettings.read(file, Map.of())) {
      case ControlSettings.Result.Ok ok -> ok.settings().decisions();
      case ControlSettings.Result.Refused refused ->
          throw new IllegalStateException(refused.complaints().toString());
    };
  }
}
