package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.EdgeSettings.ControlLink;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.config.Secret;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.policy.Policy;
import dev.entrepot.edge.policy.SnapshotKeeper;
import dev.entrepot.edge.policy.enrol.Joining;
import dev.entrepot.edge.policy.enrol.NodeIdentity;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A control plane that is lost, replaced by a stranger, or misunderstood. */
@Timeout(180)
final class SiteRecoveryTest {
  @TempDir Path directory;

  @Test
  void a_restored_control_plane_is_followed_again_without_joining_again() throws Exception {
    try (ScriptedRegistry hub = ScriptedRegistry.start();
        Site site =
            new Site(
                    Host.PROCESSES,
                    directory.resolve("site"),
                    1,
                    "",
                    "upstreams: [{name: docker.io, urls: [\"" + hub.uri() + "\"]}]")
                .start()) {
      Image image = hub.contents().image("library/app", "1", 1_000);
      ControlProcess control = site.control();
      EdgeProcess edge = site.edges().getFirst();
      String url = edge.url() + "/v2/library/app/manifests/1";
      assertThat(Hashes.read(url, "").digest()).isEqualTo(image.manifest().digest());
      Path backup = directory.resolve("backup");
      control.run("control-plane", "backup", "--to", backup.toString());
      control.kill();
      Path state = control.directory().resolve("state");
      Files.move(state, directory.resolve("lost"));

      // An empty disk makes another installation, which this edge must not obey.
      control.start();
      edge.await(() -> edge.output().contains("cannot be believed"));
      assertThat(edge.meter("entrepot_control_connected", "")).isZero();
      assertThat(Hashes.read(url, "").digest()).isEqualTo(image.manifest().digest());
      control.stop();
      Files.move(state, directory.resolve("stranger"));

      Running.Outcome restored =
          Program.run(
              directory,
              "control-plane",
              "restore",
              "--from",
              backup.toString(),
              "--config",
              control.config().toString());
      assertThat(restored.exitCode()).as(restored.output()).isZero();
      control.start();
      edge.await(() -> edge.meter("entrepot_control_connected", "") == 1);
      double version = edge.meter("entrepot_snapshot_version", "");
      control.run("token", "revoke", "--subject", "mallory");
      edge.await(() -> edge.meter("entrepot_snapshot_version", "") > version);
    }
  }

  @Test
  void who_may_not_join_is_told_why_in_one_sentence() {
    try (ControlProcess control = new ControlProcess(directory.resolve("control"), "").start()) {
      ControlProcess.Invitation good = control.invite(1);
      String wrong = good.token().substring(0, 7) + "x".repeat(43);
      String stranger = "sha256:" + "0".repeat(64);

      assertThat(refusal(control, wrong, good.pin())).contains("join token");
      assertThat(refusal(control, "short", good.pin())).contains("copy the whole token");
      assertThat(refusal(control, good.token(), stranger)).contains("pin");
      assertThatThrownBy(() ->
              Joining.ensure(
                  new ControlLink(
                      URI.create(control.url()),
                      Optional.empty(),
                      Optional.of(good.pin()),
                      Optional.of(new Secret(good.token())),
                      directory.resolve("slow"),
                      Optional.of("slow")),
                  List.of(),
                  InstantSource.offset(InstantSource.system(), Duration.ofDays(-1))))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("clock");
    }
  }

  /** Its doors open before the stream begins, perhaps while the control plane is away. */
  @Test
  void who_has_joined_knows_at_once_whom_to_shut_out() {
    String denied = "access: {denied: [\"docker.io/evil/**\"]}";
    Path credentials = directory.resolve("joined");
    NodeIdentity node;
    try (ControlProcess control =
        new ControlProcess(directory.resolve("control"), denied).start()) {
      ControlProcess.Invitation invitation = control.invite(1);
      node =
          Joining.ensure(
              new ControlLink(
                  URI.create(control.url()),
                  Optional.empty(),
                  Optional.of(invitation.pin()),
                  Optional.of(new Secret(invitation.token())),
                  credentials,
                  Optional.of("joined")),
              List.of(),
              InstantSource.system());
    }
    SnapshotKeeper restarted =
        new SnapshotKeeper(
            node.installation(),
            node.snapshotKey(),
            Optional.of(node.snapshot()),
            InstantSource.system(),
            Runnable::run);
    restarted.load();
    Policy policy = restarted.current().orElseThrow();
    assertThat(policy.denies(new Repository("docker.io", "evil/app"))).isTrue();
    String serial = node.certified().getSerialNumber().toString(16);
    assertThat(policy.knows("joined", serial)).as("itself").isTrue();
  }

  private String refusal(ControlProcess control, String token, String pin) {
    Running.Outcome outcome =
        Program.run(
            directory,
            "join",
            "--url",
            control.url(),
            "--token",
            token,
            "--pin",
            pin,
            "--credentials",
            directory.resolve("credentials").toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output().lines()).hasSize(1);
    return outcome.output();
  }
}
