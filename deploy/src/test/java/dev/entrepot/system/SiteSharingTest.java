package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Entry;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three edges of one site, each a process: what they cost the upstream together. */
@Timeout(240)
class SiteSharingTest {
  private static final int CLIENTS = 150;
  private static final long SIZE = 200_000_000;

  @TempDir Path directory;
  private final ScriptedRegistry upstream = ScriptedRegistry.start();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
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
    clients.close();
    site.close();
    upstream.close();
  }

  @Test
  void a_herd_over_three_edges_costs_the_upstream_one_blob() throws Exception {
    Image image = upstream.contents().image("library/big", "1", SIZE);
    Digest layer = image.layers().getFirst().digest();
    upstream.bandwidth(4_000_000);

    List<Future<Digest>> pulls = herd(layer);

    for (Future<Digest> pull : pulls) {
      assertThat(pull.get()).isEqualTo(layer);
    }
    assertThat(upstream.journal().bodyBytes(layer)).isEqualTo(SIZE);
    assertThat(upstream.journal().rangesAskedTwice(layer)).isEmpty();
  }

  @Test
  void a_herd_finishes_right_when_the_edge_that_fetches_is_killed_half_way() throws Exception {
    Image image = upstream.contents().image("library/big", "1", SIZE);
    Digest layer = image.layers().getFirst().digest();
    upstream.bandwidth(8_000_000);
    List<Future<Digest>> pulls = herd(layer);
    upstream.journal().awaitCount(entry -> entry.bodyBytes() > SIZE / 2, 1, Duration.ofSeconds(60));
    EdgeProcess owner = fetching();

    owner.kill();

    for (Future<Digest> pull : pulls) {
      assertThat(pull.get()).isEqualTo(layer);
    }
    // Somebody else went on from where the bytes had got to; what was on its way to the dead is
    // lost.
    assertThat(upstream.journal().bodyBytes(layer)).isBetween(SIZE, SIZE + SIZE / 10);
    List<Entry> asked =
        upstream.journal().entries(it -> it.digest().filter(layer::equals).isPresent());
    assertThat(asked).hasSizeGreaterThan(1);
    assertThat(asked.getLast().request().headers().first("Range").orElse(""))
        .as("%s", asked)
        .matches("bytes=[1-9]\\d{7,8}-.*");
  }

  @Test
  void blobs_that_one_edge_brought_while_the_others_were_away_are_never_fetched_again()
      throws Exception {
    List<Image> images = images(6);
    EdgeProcess alone = site.edges().getFirst();
    List<EdgeProcess> away = site.edges().subList(1, 3);
    away.forEach(EdgeProcess::stop);
    site.awaitMembers(1, List.of(alone));
    pullAll(List.of(alone), images);
    away.forEach(edge -> edge.start());
    site.awaitMembers(3, site.edges());
    upstream.journal().clear();

    pullAll(away, images);

    // What a tag means may be asked once more: a hint that is just moving to the edges that have
    // come back is not waited for.
    for (Image image : images) {
      for (var blob : image.layers()) {
        assertThat(upstream.journal().bodyBytes(blob.digest())).isZero();
      }
      assertThat(upstream.journal().bodyBytes(image.config().digest())).isZero();
    }
  }

  @Test
  void twenty_images_pulled_by_every_edge_cost_their_unique_bytes() throws Exception {
    List<Image> images = images(20);

    pullAll(site.edges(), images);

    for (int n = 0; n < images.size(); n++) {
      Image image = images.get(n);
      for (var blob : image.layers()) {
        assertThat(upstream.journal().bodyBytes(blob.digest())).isEqualTo(blob.size());
      }
      assertThat(upstream.journal().bodyBytes(image.config().digest()))
          .isEqualTo(image.config().size());
      String manifest = "/v2/team/app-" + n + "/manifests/";
      assertThat(
              upstream.journal().entries(it -> it.request().path().startsWith(manifest)).stream()
                  .mapToLong(it -> it.bodyBytes())
                  .sum())
          .isEqualTo(image.manifest().size());
    }
  }

  @Test
  void the_load_tool_says_that_twenty_images_pulled_by_every_edge_cost_their_unique_bytes()
      throws Exception {
    List<String> words = new ArrayList<>(List.of("loadtest", "pull", "--each", "--clients", "12"));
    for (EdgeProcess edge : site.edges()) {
      words.addAll(List.of("--target", edge.url()));
      words.addAll(List.of("--metrics", "http://127.0.0.1:" + edge.observePort() + "/metrics"));
    }
    Path json = directory.resolve("figures.json");
    words.addAll(List.of("--json", json.toString()));
    List<Image> images = images(20);
    for (int n = 0; n < images.size(); n++) {
      words.add("team/app-" + n + ":1");
    }

    Running.Outcome outcome = Program.run(directory, words.toArray(String[]::new));

    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("60 right, 0 failed", "; 1.000 x the content");
    JsonObject told = new JsonObject(Files.readString(json));
    assertThat(told.getLong("upstreamBytes"))
        .isEqualTo(images.stream().mapToLong(SiteSharingTest::size).sum());
  }

  @Test
  void a_tag_asked_three_hundred_times_is_asked_once_at_the_upstream() throws Exception {
    Image image = upstream.contents().image("library/app", "1", 1_000);
    List<Callable<Digest>> asks = new ArrayList<>();
    for (int n = 0; n < 300; n++) {
      String url = site.edges().get(n % 3).url() + "/v2/library/app/manifests/1";
      asks.add(() -> Hashes.read(url, "").digest());
    }

    for (Future<Digest> ask : clients.invokeAll(asks)) {
      assertThat(ask.get()).isEqualTo(image.manifest().digest());
    }

    assertThat(upstream.journal().count(entry -> entry.request().path().contains("/manifests/")))
        .isEqualTo(1);
  }

  /** Images of two layers: {@code team/app-0:1} and so on. */
  private List<Image> images(int count) {
    List<Image> images = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      images.add(upstream.contents().image("team/app-" + n, "1", 900_000 + n, 3_000_000 + n));
    }
    return images;
  }

  /** Each image from each edge, all at once. */
  private void pullAll(List<EdgeProcess> edges, List<Image> images) throws Exception {
    List<Callable<Void>> pulls = new ArrayList<>();
    for (int n = 0; n < images.size(); n++) {
      for (EdgeProcess edge : edges) {
        Image image = images.get(n);
        String base = edge.url() + "/v2/team/app-" + n;
        pulls.add(() -> pull(base, image));
      }
    }
    for (Future<Void> pull : clients.invokeAll(pulls)) {
      pull.get();
    }
  }

  private static long size(Image image) {
    return image.manifest().size()
        + image.config().size()
        + image.layers().stream().mapToLong(it -> it.size()).sum();
  }

  private List<Future<Digest>> herd(Digest layer) throws IOException {
    for (EdgeProcess edge : site.edges()) {
      assertThat(Hashes.read(edge.url() + "/v2/big/manifests/1", "").status()).isEqualTo(200);
    }
    List<Future<Digest>> pulls = new ArrayList<>();
    for (int n = 0; n < CLIENTS; n++) {
      int first = n % 3;
      pulls.add(clients.submit(() -> fromAny(first, "/v2/big/blobs/" + layer)));
    }
    return pulls;
  }

  /** As clients with several mirrors do: when one breaks off, the next is asked. */
  private Digest fromAny(int first, String path) throws IOException {
    IOException last = new IOException("no edge");
    for (int n = 0; n < 3; n++) {
      try {
        return Hashes.read(site.edges().get((first + n) % 3).url() + path, "").digest();
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  private EdgeProcess fetching() {
    return site.edges().stream()
        .filter(edge -> edge.meter("entrepot_upstream_bytes_total", "") > SIZE / 4.0)
        .findFirst()
        .orElseThrow();
  }

  private static Void pull(String base, Image image) throws IOException {
    assertThat(Hashes.read(base + "/manifests/1", "").digest())
        .isEqualTo(image.manifest().digest());
    List<dev.entrepot.common.oci.Descriptor> blobs = new ArrayList<>(image.layers());
    blobs.add(image.config());
    for (var blob : blobs) {
      assertThat(Hashes.read(base + "/blobs/" + blob.digest(), "").digest())
          .isEqualTo(blob.digest());
    }
    return null;
  }
}
