package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A neighbour that is killed, paused or spoken nonsense to costs the others no pull. */
@Timeout(240)
class SiteFaultsTest {
  private static final Duration QUICK = Duration.ofSeconds(20);

  /** Cold images that are pulled, through both of the other edges, in each state of the third. */
  private static final int IMAGES = 8;

  private static final int SIZE = 64_000_000;
  private static final int PER_SECOND = 8_000_000;

  /** What half of it takes, at the upstream's pace. */
  private static final Duration REST = Duration.ofSeconds(SIZE / 2 / PER_SECOND);

  @TempDir Path directory;
  private final ScriptedRegistry upstream = ScriptedRegistry.start();
  private final AtomicInteger images = new AtomicInteger();
  private Site site;

  @BeforeEach
  void start() {
    site =
        new Site(
                host(),
                directory,
                3,
                "",
                "upstreams: [{name: docker.io, urls: [\"" + upstream.uri() + "\"]}]")
            .start();
  }

  /** Where the site runs. */
  Host host() {
    return Host.PROCESSES;
  }

  @AfterEach
  void end() {
    site.close();
    upstream.close();
  }

  @Test
  void edges_killed_paused_and_fed_garbage_cost_the_others_no_pull() throws Exception {
    EdgeProcess third = site.edges().get(2);
    pullCold();

    signal(third, "-STOP");
    pullCold();
    signal(third, "-CONT");
    pullCold();

    garbage();
    pullCold();
    assertThat(site.edges()).allMatch(EdgeProcess::isAlive);

    third.kill();
    pullCold();
    third.start();
    site.awaitMembers(3, site.edges());
    pullCold();
  }

  @Test
  void an_edge_that_freezes_in_the_middle_costs_the_readers_of_the_others_seconds()
      throws Exception {
    Image image = upstream.contents().image("library/big", "1", SIZE);
    Digest layer = image.layers().getFirst().digest();
    upstream.bandwidth(PER_SECOND);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Digest>> pulls = new ArrayList<>();
      for (EdgeProcess edge : site.edges()) {
        assertThat(Hashes.read(edge.url() + "/v2/big/manifests/1", "").status()).isEqualTo(200);
        String url = edge.url() + "/v2/big/blobs/" + layer;
        pulls.add(clients.submit(() -> Hashes.read(url, "").digest()));
      }
      upstream
          .journal()
          .awaitCount(entry -> entry.bodyBytes() > SIZE / 2, 1, Duration.ofSeconds(60));
      int owner = fetching();

      signal(site.edges().get(owner), "-STOP");
      long frozen = System.nanoTime();
      try {
        for (int n = 0; n < 3; n++) {
          if (n != owner) {
            assertThat(pulls.get(n).get(60, TimeUnit.SECONDS)).isEqualTo(layer);
          }
        }
      } finally {
        signal(site.edges().get(owner), "-CONT");
      }
      Duration took = Duration.ofNanos(System.nanoTime() - frozen);

      assertThat(took).isLessThan(REST.plusSeconds(15));
      assertThat(pulls.get(owner).get(60, TimeUnit.SECONDS)).isEqualTo(layer);
    }
  }

  private int fetching() {
    for (int n = 0; n < 3; n++) {
      if (site.edges().get(n).meter("entrepot_upstream_bytes_total", "") > SIZE / 4.0) {
        return n;
      }
    }
    throw new AssertionError("no edge fetches");
  }

  /** New images, each through both of the first two edges at once. */
  private void pullCold() throws Exception {
    List<Future<Void>> pulls = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int n = 0; n < IMAGES; n++) {
        String name = "team/app-" + images.incrementAndGet();
        Image image = upstream.contents().image(name, "1", 200_000, 2_000_000);
        for (EdgeProcess edge : site.edges().subList(0, 2)) {
          pulls.add(clients.submit(() -> pull(edge.url() + "/v2/" + name, image)));
        }
      }
      for (Future<Void> pull : pulls) {
        pull.get();
      }
    }
  }

  private static Void pull(String base, Image image) throws IOException {
    assertThat(Hashes.read(base + "/manifests/1", "").digest())
        .isEqualTo(image.manifest().digest());
    for (var layer : image.layers()) {
      Digest got = Hashes.read(base + "/blobs/" + layer.digest(), "").digest();
      assertThat(got).isEqualTo(layer.digest());
    }
    return null;
  }

  private void signal(EdgeProcess edge, String signal) {
    Running.run(directory, QUICK, "/bin/kill", signal, String.valueOf(edge.pid()));
  }

  /** Bytes that mean nothing, and some that look like a member's first words. */
  private void garbage() throws IOException {
    byte[] noise = new byte[64 << 10];
    new Random(7).nextBytes(noise);
    for (int edge = 0; edge < 3; edge++) {
      for (int n = 0; n < 40; n++) {
        try (Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), site.hazelcastPort(edge))) {
          socket
              .getOutputStream()
              .write(
                  n % 2 == 0
                      ? noise
                      : "HZCGET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException _) {
          // Hung up on in the middle of it: as it should be.
        }
      }
    }
  }
}
