package dev.entrepot.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.wire.Snapshot;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happened after a backup was made, when that backup is all that is left. */
@Timeout(90)
final class RestoreTest {
  @TempDir Path folder;
  private Path authority;
  private Path backup;

  @BeforeEach
  void choose() {
    authority = folder.resolve("ca.crt");
    backup = folder.resolve("backup");
  }

  @Test
  void a_node_that_renewed_since_goes_on_without_joining_again() throws Exception {
    TestNode node;
    String old;
    try (ControlPlane plane = start()) {
      node = new TestNode("edge-1", authority);
      assertThat(node.join(plane.port(), token(plane)).statusCode()).isEqualTo(200);
      old = node.serial();
      backUp(plane);
      assertThat(node.renew(plane.port()).statusCode()).isEqualTo(200);
      assertThat(node.renew(plane.port()).statusCode()).isEqualTo(200);
    }
    loseAndRestore();
    try (ControlPlane plane = start()) {
      try (TestNode.Stream stream = node.listen(plane.port())) {
        Snapshot first = stream.next(plane.snapshotKey());
        assertThat(node.serial()).isNotEqualTo(old);
        assertThat(first.edges().getFirst().serials()).containsExactly(node.serial());
      }
      assertThat(node.renew(plane.port()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_node_that_renewed_since_can_renew_before_it_listens() throws Exception {
    TestNode node;
    try (ControlPlane plane = start()) {
      node = new TestNode("edge-1", authority);
      node.join(plane.port(), token(plane));
      backUp(plane);
      node.renew(plane.port());
      node.renew(plane.port());
    }
    loseAndRestore();
    try (ControlPlane plane = start()) {
      assertThat(node.renew(plane.port()).body()).doesNotContain("replaced");
      assertThat(node.get(plane.port(), "/v1/keys").statusCode()).isEqualTo(200);
      node.listen(plane.port()).close();
    }
  }

  @Test
  void a_node_that_was_removed_before_stays_out() throws Exception {
    TestNode node;
    try (ControlPlane plane = start()) {
      node = new TestNode("edge-1", authority);
      node.join(plane.port(), token(plane));
      admin(plane).post("/nodes/remove", "{\"node\":\"edge-1\"}");
      backUp(plane);
    }
    loseAndRestore();
    try (ControlPlane plane = start()) {
      assertThat(node.get(plane.port(), "/v1/snapshots").statusCode()).isEqualTo(403);
      assertThat(node.renew(plane.port()).body()).contains("was removed");
    }
  }

  @Test
  void join_tokens_from_before_open_nothing() throws Exception {
    String spent;
    String unspent;
    try (ControlPlane plane = start()) {
      spent = token(plane);
      unspent = token(plane);
      backUp(plane);
      new TestNode("edge-1", authority).join(plane.port(), spent);
    }
    loseAndRestore();
    try (ControlPlane plane = start()) {
      for (String token : new String[] {spent, unspent}) {
        HttpResponse<String> answer = new TestNode("edge-2", authority).join(plane.port(), token);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("ask for a new join token");
      }
      assertThat(new TestNode("edge-2", authority).join(plane.port(), token(plane)).statusCode())
          .isEqualTo(200);
    }
  }

  /** Which of them were revoked since the backup, nobody knows. */
  @Test
  void access_tokens_from_before_do_not_count() throws Exception {
    Instant issued;
    try (ControlPlane plane = start()) {
      backUp(plane);
      issued = Instant.now();
      admin(plane).post("/tokens/revoke", "{\"jti\":\"stolen\"}");
    }
    loseAndRestore();
    TestNode node = new TestNode("edge-1", authority);
    try (ControlPlane plane = start()) {
      node.join(plane.port(), token(plane));
      try (TestNode.Stream stream = node.listen(plane.port())) {
        Snapshot now = stream.next(plane.snapshotKey());
        assertThat(now.revocations().before().orElseThrow()).isAfter(issued);
      }
    }
  }

  private void loseAndRestore() throws IOException {
    Files.move(folder.resolve("control"), folder.resolve("lost"));
    ControlPlane.restore(backup, folder.resolve("control"));
  }

  private void backUp(ControlPlane plane) throws Exception {
    String order = "{\"directory\":\"" + backup.toAbsolutePath() + "\"}";
    assertThat(admin(plane).post("/backup", order).statusCode()).isEqualTo(200);
  }

  private static String token(ControlPlane plane) throws Exception {
    return admin(plane).joinToken("{}");
  }

  private static TestAdmin admin(ControlPlane plane) {
    return new TestAdmin(plane.admin().port());
  }

  private ControlPlane start() throws IOException {
    Path file = folder.resolve("control.yaml");
    Files.writeString(
        file,
        """
        listen:
          control: 127.0.0.1:0
          public-url: https://localhost:5002
          observe: 127.0.0.1:0
          admin: 127.0.0.1:0
        storage:
          directory: control
        """);
    ControlPlane plane =
        switch (ControlSettings.read(file, Map.of())) {
          case ControlSettings.Result.Ok ok -> ControlPlane.start(ok.settings());
          case ControlSettings.Result.Refused refused ->
              throw new IllegalStateException(refused.complaints().toString());
        };
    if (!Files.exists(authority)) {
      Files.copy(folder.resolve("control/ca/ca.crt"), authority);
    }
    return plane;
  }
}
