package dev.entrepot.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.EdgePlace;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Hold;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole edge: what a hit costs, how it starts and ends, what it says when it cannot start. */
class EdgeTest {
  private static final String NOBODY =
      "upstreams: [{name: docker.io, urls: [\"http://127.0.0.1:9\"]}]";

  @TempDir Path directory;
  private ScriptedRegistry upstream;

  @BeforeEach
  void start() {
    upstream = ScriptedRegistry.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  /** G4: an upstream's request on a hit would be one too many. */
  @Test
  void a_pull_that_is_cached_asks_nobody() {
    Image image = upstream.contents().image("library/alpine", "3.20", 3L << 20, 5_000);
    try (TestEdge edge = TestEdge.start(directory, TestEdge.hub(upstream.uri()))) {
      pull(edge, image);
      upstream.journal().clear();
      for (int n = 0; n < 3; n++) {
        pull(edge, image);
      }
      assertThat(upstream.journal().entries()).isEmpty();
      TestEdge.Got hit = edge.get("/v2/alpine/blobs/" + image.layers().getFirst().digest());
      assertThat(hit.header("Cache-Status")).isEqualTo("entrepot; hit");
      assertThat(hit.headers()).containsKey("Age");
      assertThat(edge.metrics()).contains("entrepot_requests_seconds_count{cache=\"hit\"");
    }
  }

  @Test
  void everything_that_is_whole_is_served_again_after_a_restart_without_any_upstream() {
    Image image = upstream.contents().image("library/alpine", "3.20", 3L << 20, 5_000);
    try (TestEdge edge = TestEdge.start(directory, TestEdge.hub(upstream.uri()))) {
      pull(edge, image);
    }
    upstream.refuseConnections();
    try (TestEdge edge = TestEdge.start(directory, TestEdge.hub(upstream.uri()))) {
      pull(edge, image);
    }
  }

  @Test
  void the_three_addresses_of_a_repository_mean_the_same() {
    Image image = upstream.contents().image("library/alpine", "3.20", 5_000);
    try (TestEdge edge = TestEdge.start(directory, TestEdge.hub(upstream.uri()))) {
      for (String path :
          List.of(
              "/v2/alpine/manifests/3.20",
              "/v2/library/alpine/manifests/3.20",
              "/v2/docker.io/alpine/manifests/3.20",
              "/v2/index.docker.io/library/alpine/manifests/3.20",
              "/v2/alpine/manifests/3.20?ns=docker.io",
              "/v2/library/alpine/manifests/3.20?ns=registry-1.docker.io")) {
        TestEdge.Got got = edge.get(path);
        assertThat(got.status()).as(path + got.text()).isEqualTo(200);
        assertThat(got.header("Docker-Content-Digest"))
            .isEqualTo(image.manifest().digest().toString());
      }
      assertThat(upstream.journal().count(entry -> entry.request().target().contains("manifests")))
          .isEqualTo(1);
      TestEdge.Got unknown = edge.get("/v2/alpine/manifests/3.20?ns=evil.example");
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.text()).contains("evil.example");
    }
  }

  @Test
  void an_address_outside_the_trusted_networks_is_told_which_setting_decides() {
    try (TestEdge edge =
        TestEdge.start(directory, NOBODY + "\naccess: {trusted-networks: [10.0.0.0/8]}\n")) {
      TestEdge.Got got = edge.get("/v2/");
      assertThat(got.status()).isEqualTo(403);
      assertThat(got.text()).contains("DENIED", "trusted-networks");
      assertThat(edge.get("/v2/alpine/manifests/3.20").status()).isEqualTo(403);
      assertThat(edge.get("/v2/", "X-Forwarded-For", "10.1.1.1").status())
          .as("said by nobody who is trusted")
          .isEqualTo(403);
    }
  }

  @Test
  void draining_lets_running_answers_finish_and_takes_no_new_ones() throws Exception {
    Image image = upstream.contents().image("library/alpine", "3.20", 3L << 20);
    Digest layer = image.layers().getFirst().digest();
    Hold hold = new Hold();
    TestEdge edge = TestEdge.start(directory, TestEdge.hub(upstream.uri()));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(edge.get("/v2/alpine/manifests/3.20").status()).isEqualTo(200);
      upstream.faults().on(Match.blob(layer), Fault.stallAfter(1 << 20, hold));
      Future<Digest> pull = threads.submit(() -> edge.digestOf("/v2/alpine/blobs/" + layer));
      hold.awaitArrivals(1, Duration.ofSeconds(10));
      Future<?> drain = threads.submit(() -> edge.edge().drain(Duration.ofSeconds(30)));
      int port = edge.port();
      awaitRefused(port);
      hold.release();
      assertThat(pull.get()).isEqualTo(layer);
      drain.get();
    } finally {
      edge.close();
    }
  }

  private static void awaitRefused(int port) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(System.nanoTime()).as("still takes connections").isLessThan(end);
        assertThat(socket.isConnected()).isTrue();
        Thread.onSpinWait();
      } catch (java.io.IOException _) {
        return;
      }
    }
  }

  @Test
  void a_tls_hello_on_the_plain_port_is_refused_at_once() {
    try (TestEdge edge = TestEdge.start(directory, NOBODY)) {
      byte[] hello = new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
      long before = System.nanoTime();
      byte[] answer = edge.raw(hello, Duration.ofSeconds(5));
      assertThat(System.nanoTime() - before).isLessThan(Duration.ofSeconds(2).toNanos());
      assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("200");
    }
  }

  // ---- what it says when it cannot start

  @Test
  void a_port_that_is_taken_is_said_in_one_sentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() ->
              Edge.start(
                  new EdgePlace(
                          Optional.empty(),
                          Optional.of(taken.getLocalPort()),
                          Optional.empty(),
                          Optional.empty())
                      .in(TestEdge.settings(directory, "1GiB", NOBODY))))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("stop the program that uses this port");
    }
  }

  @Test
  void an_address_that_is_not_this_machines_is_said_in_one_sentence() {
    assertThatThrownBy(() ->
            Edge.start(
                new EdgePlace(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("192.0.2.1"),
                        Optional.empty())
                    .in(TestEdge.settings(directory, "1GiB", NOBODY))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("192.0.2.1 is none of this machine's addresses: give one of them");
  }

  @Test
  void a_store_that_another_process_uses_is_said_in_one_sentence() {
    try (TestEdge first = TestEdge.start(directory, NOBODY)) {
      assertThat(first.port()).isPositive();
      assertThatThrownBy(() -> Edge.start(TestEdge.settings(directory, "1GiB", NOBODY)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("in use by another process");
    }
  }

  @Test
  void a_directory_that_is_none_is_said_in_one_sentence() throws Exception {
    Files.writeString(directory.resolve("data"), "a file");
    assertThatThrownBy(() -> Edge.start(TestEdge.settings(directory, "1GiB", NOBODY)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("cannot be written");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .startsWith("rwx");
  }

  @Test
  void too_little_room_is_said_in_one_sentence() {
    assertThatThrownBy(() -> Edge.start(TestEdge.settings(directory, "1MiB", NOBODY)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("too little room");
  }

  private static void pull(TestEdge edge, Image image) {
    TestEdge.Got manifest = edge.get("/v2/alpine/manifests/3.20");
    assertThat(manifest.status()).as(manifest.text()).isEqualTo(200);
    assertThat(Digest.sha256(manifest.body())).isEqualTo(image.manifest().digest());
    List<Digest> blobs = new ArrayList<>();
    blobs.add(image.config().digest());
    image.layers().forEach(layer -> blobs.add(layer.digest()));
    for (Digest blob : blobs) {
      TestEdge.Got got = edge.get("/v2/alpine/blobs/" + blob);
      assertThat(got.status()).as(got.text()).isEqualTo(200);
      assertThat(Digest.sha256(got.body())).isEqualTo(blob);
    }
  }
}
