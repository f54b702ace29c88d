package dev.entrepot.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole control plane, with real TLS, real state and real nodes. */
@Timeout(90)
final class ControlPlaneTest {
  @TempDir Path folder;

  @Test
  void a_node_joins_listens_and_is_cut_off_when_it_is_removed() throws Exception {
    try (ControlPlane plane = start("control")) {
      TestAdmin admin = new TestAdmin(plane.admin().port());
      TestNode node = new TestNode("edge-1", authority("control"));
      assertThat(node.get(plane.port(), "/v1/snapshots").statusCode()).isEqualTo(401);
      HttpResponse<String> answer = node.join(plane.port(), admin.joinToken("{}"));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains(plane.installation());
      try (TestNode.Stream stream = node.listen(plane.port())) {
        Snapshot first = stream.next(plane.snapshotKey());
        assertThat(first.edges()).extracting(Snapshot.Edge::name).containsExactly("edge-1");
        assertThat(first.trust()).containsExactly(Files.readString(authority("control")));
        assertThat(first.keys()).hasSize(3);
        assertThat(first.tokens().realm().toString()).isEqualTo("https://localhost:5002/token");

        long begun = System.nanoTime();
        assertThat(admin.post("/tokens/revoke", "{\"jti\":\"abc\"}").statusCode()).isEqualTo(200);
        assertThat(stream.next(plane.snapshotKey()).revocations().tokens()).containsKey("abc");
        assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(5).toNanos());

        assertThat(admin.get("/nodes").body()).contains("edge-1");
        assertThat(admin.post("/nodes/remove", "{\"node\":\"edge-1\"}").statusCode())
            .isEqualTo(200);
        assertThatThrownBy(() -> stream.next(plane.snapshotKey())).isInstanceOf(IOException.class);
      }
      assertThat(node.get(plane.port(), "/v1/snapshots").statusCode()).isEqualTo(403);
      assertThat(admin.post("/nodes/remove", "{\"node\":\"edge-1\"}").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void a_join_token_serves_once_and_for_its_node_alone() throws Exception {
    try (ControlPlane plane = start("control")) {
      TestAdmin admin = new TestAdmin(plane.admin().port());
      String token = admin.joinToken("{\"node\":\"edge-1\"}");
      TestNode other = new TestNode("edge-2", authority("control"));
      assertThat(other.join(plane.port(), token).statusCode()).isEqualTo(409);
      TestNode node = new TestNode("edge-1", authority("control"));
      assertThat(node.join(plane.port(), token).statusCode()).isEqualTo(200);
      HttpResponse<String> again = node.join(plane.port(), token);
      assertThat(again.statusCode()).isEqualTo(403);
      assertThat(again.body()).contains("used up");
    }
  }

  @Test
  void a_node_of_another_installation_hears_nothing() throws Exception {
    try (ControlPlane one = start("one");
        ControlPlane two = start("two")) {
      TestNode node = new TestNode("edge-1", authority("one"));
      node.join(one.port(), new TestAdmin(one.admin().port()).joinToken("{}"));
      TestNode same = new TestNode("edge-1", authority("two"));
      same.join(two.port(), new TestAdmin(two.admin().port()).joinToken("{}"));
      Files.copy(authority("two"), authority("one"), StandardCopyOption.REPLACE_EXISTING);
      assertThat(node.get(two.port(), "/v1/snapshots").statusCode()).isEqualTo(403);
    }
  }

  /** What the operator does after a disk is lost, with edges that were let in before. */
  @Test
  void a_lost_disk_costs_nothing_that_the_backup_had() throws Exception {
    TestNode node;
    Snapshot last;
    String installation;
    Path backup = folder.resolve("backup");
    AccessToken token = token();
    String signed;
    try (ControlPlane plane = start("control")) {
      TestAdmin admin = new TestAdmin(plane.admin().port());
      node = new TestNode("edge-1", authority("control"));
      node.join(plane.port(), admin.joinToken("{}"));
      installation = plane.installation();
      admin.post("/subjects/revoke", "{\"subject\":\"eve\"}");
      HttpResponse<String> answer =
          admin.post("/backup", "{\"directory\":\"" + backup.toAbsolutePath() + "\"}");
      assertThat(answer.statusCode()).isEqualTo(200);
      signed = plane.signer().sign(token);
      admin.post("/tokens/revoke-all", "{}"); // after the backup: edges have seen more than it
      last = SnapshotCodec.read(plane.currentSnapshot(), plane.snapshotKey());
    }
    // The disk is gone; the certificate of the authority is what edges still have.
    Files.move(folder.resolve("control"), folder.resolve("lost"));
    ControlPlane.restore(backup, folder.resolve("control"));
    try (ControlPlane plane = start("control");
        TestNode.Stream stream = node.listen(plane.port())) {
      Snapshot now = stream.next(plane.snapshotKey());
      assertThat(plane.installation()).isEqualTo(installation);
      assertThat(now.version()).isGreaterThan(last.version());
      assertThat(now.edges()).isEqualTo(last.edges());
      assertThat(now.trust()).isEqualTo(last.trust());
      assertThat(now.keys()).isEqualTo(last.keys());
      assertThat(now.revocations().subjects()).containsKey("eve");
      assertThat(isSigned(signed, now)).isTrue();
    }
  }

  @Test
  void a_restart_keeps_everything() throws Exception {
    Snapshot before;
    String signed;
    TestNode node;
    try (ControlPlane plane = start("control")) {
      TestAdmin admin = new TestAdmin(plane.admin().port());
      node = new TestNode("edge-1", authority("control"));
      node.join(plane.port(), admin.joinToken("{}"));
      admin.post("/subjects/revoke", "{\"subject\":\"eve\"}");
      assertThat(admin.post("/keys/rotate", "{\"force\":true}").statusCode()).isEqualTo(200);
      signed = plane.signer().sign(token());
      before = SnapshotCodec.read(plane.currentSnapshot(), plane.snapshotKey());
    }
    try (ControlPlane plane = start("control");
        TestNode.Stream stream = node.listen(plane.port())) {
      Snapshot after = stream.next(plane.snapshotKey());
      assertThat(after.version()).isGreaterThan(before.version());
      assertThat(after.installation()).isEqualTo(before.installation());
      assertThat(after.keys()).isEqualTo(before.keys());
      assertThat(after.edges()).isEqualTo(before.edges());
      assertThat(after.revocations()).isEqualTo(before.revocations());
      assertThat(after.tokens()).isEqualTo(before.tokens());
      assertThat(isSigned(signed, after)).isTrue();
    }
  }

  /** An edge that has any snapshot from before a token was signed knows its key. */
  @Test
  void under_twenty_rotations_no_token_is_signed_by_a_key_that_was_not_published()
      throws Exception {
    try (ControlPlane plane = start("control")) {
      List<String> published = new CopyOnWriteArrayList<>();
      plane.onSnapshot(published::add);
      TestAdmin admin = new TestAdmin(plane.admin().port());
      AtomicBoolean stop = new AtomicBoolean();
      List<Optional<String>> wrong = new CopyOnWriteArrayList<>();
      Thread signing =
          Thread.ofPlatform()
              .start(() -> {
                while (!stop.get()) {
                  String known = published.getLast();
                  String signed = plane.signer().sign(token());
                  if (!isSigned(signed, read(known, plane))
                      || !isSigned(signed, read(published.getLast(), plane))) {
                    wrong.add(Optional.of(signed));
                  }
                }
              });
      for (int i = 0; i < 20; i++) {
        assertThat(admin.post("/keys/rotate", "{\"force\":true}").statusCode()).isEqualTo(200);
      }
      stop.set(true);
      signing.join();
      assertThat(wrong).isEmpty();
      assertThat(admin.get("/keys").body()).contains("active", "future", "retired");
    }
  }

  @Test
  void the_operators_door_opens_to_nobody_who_was_sent_there() throws Exception {
    try (ControlPlane plane = start("control")) {
      TestAdmin admin = new TestAdmin(plane.admin().port());
      assertThat(admin.send(admin.to("/status").header("Origin", "http://evil")).statusCode())
          .isEqualTo(403);
      assertThat(
              admin
                  .send(
                      admin
                          .to("/tokens/revoke-all")
                          .setHeader("X-Entrepot-Admin", "0")
                          .POST(BodyPublishers.noBody()))
                  .statusCode())
          .isEqualTo(403);
      assertThat(admin.get("/status").body())
          .contains(plane.pin(), plane.installation(), "https://localhost:5002");
      assertThat(admin.post("/tokens/revoke", "{}").statusCode()).isEqualTo(400);
      assertThat(admin.post("/join-tokens", "{\"life\":\"1y\"}").body()).contains("such as 1h");
      assertThat(admin.post("/backup", "{\"directory\":\"here\"}").body()).contains("absolute");
      assertThat(
              admin.post("/backup", "{\"directory\":\"" + folder.toAbsolutePath() + "\"}").body())
          .contains("a backup goes into a new directory");
      assertThat(admin.get("/nothing").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void health_and_meters_are_shown() throws Exception {
    try (ControlPlane plane = start("control")) {
      TestAdmin observe = new TestAdmin(plane.observe().port());
      assertThat(observe.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(observe.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(observe.get("/metrics").body())
          .contains("entrepot_control_edges_listening 0", "entrepot_control_snapshot_version");
      plane.drain(Duration.ofSeconds(1));
      assertThat(observe.get("/readyz").body()).contains("draining");
    }
  }

  @Test
  void what_stands_in_the_way_of_a_start_is_said_in_one_sentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThatThrownBy(() ->
              start(
                  "control",
                  Map.of("ENTREPOT_LISTEN_CONTROL", "127.0.0.1:" + taken.getLocalPort())))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("stop the program that uses this port");
    }
    assertThatThrownBy(() -> start("control", Map.of("ENTREPOT_LISTEN_CONTROL", "192.0.2.1:0")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("192.0.2.1 is none of this machine's addresses: give one of them");
    assertThatThrownBy(() -> start("control", Map.of("ENTREPOT_LISTEN_ADMIN", "0.0.0.0:0")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("keep it on 127.0.0.1");
    try (ControlPlane _ = start("control")) {
      assertThatThrownBy(() -> start("control"))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("in use by another process");
    }
  }

  private ControlPlane start(String name) throws IOException {
    return start(name, Map.of());
  }

  private ControlPlane start(String name, Map<String, String> environment) throws IOException {
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        listen:
          control: 127.0.0.1:0
          public-url: https://localhost:5002
          observe: 127.0.0.1:0
          admin: 127.0.0.1:0
        storage:
          directory: %s
        """
            .formatted(name));
    return switch (ControlSettings.read(file, environment)) {
      case ControlSettings.Result.Ok ok -> ControlPlane.start(ok.settings());
      case ControlSettings.Result.Refused refused ->
          throw new IllegalStateException(refused.complaints().toString());
    };
  }

  private Path authority(String name) throws IOException {
    Path kept = folder.resolve(name + "-ca.crt");
    if (!Files.exists(kept)) {
      Files.copy(folder.resolve(name).resolve("ca/ca.crt"), kept);
    }
    return kept;
  }

  private static AccessToken token() {
    Instant now = Instant.now();
    return new AccessToken(
        "us",
        "entrepot",
        "ann",
        "id",
        now,
        Optional.empty(),
        now.plusSeconds(300),
        List.of(new AccessToken.Grant("docker.io/library/busybox", true)));
  }

  private static boolean isSigned(String token, Snapshot snapshot) {
    try {
      CompactJws jws = CompactJws.parse(token, AccessToken.MAX_CHARS);
      return snapshot.keys().stream()
          .anyMatch(key -> key.id().equals(jws.keyId()) && jws.isSignedBy(key.key()));
    } catch (UnreadableJwsException e) {
      return false;
    }
  }

  private static Snapshot read(String text, ControlPlane plane) {
    try {
      return SnapshotCodec.read(text, plane.snapshotKey());
    } catch (UnreadableJwsException e) {
      throw new IllegalStateException(e);
    }
  }
}
