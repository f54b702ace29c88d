package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Auth;
import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code loadtest pull} and {@code herd} as a user meets them: figures, table, exit code. */
final class LoadtestCommandTest {
  private static final long LAYER = 300_000;

  @TempDir Path folder;
  private final CommandRun command = new CommandRun();
  private final ScriptedRegistry registry = ScriptedRegistry.start();
  private final Image image = registry.contents().image("library/a", "1", LAYER, 10);
  private final Digest layer = image.layers().getFirst().digest();

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void pull_tells_its_figures_as_json_on_standard_output_and_the_table_beside_it() {
    int code = pull("--clients", "3", "--pulls", "12", "--json", "-", "library/a:1");

    assertThat(code).isZero();
    JsonObject told = new JsonObject(command.out());
    assertThat(told.getString("mode")).isEqualTo("pull");
    assertThat(told.getBoolean("right")).isTrue();
    assertThat(told.getBoolean("complete")).isTrue();
    assertThat(told.getJsonObject("target").getJsonArray("urls")).containsExactly(url(registry));
    JsonObject figures = told.getJsonObject("figures");
    assertThat(figures.getJsonObject("pulls"))
        .isEqualTo(new JsonObject().put("right", 12).put("failed", 0).put("notBegun", 0));
    assertThat(figures.getJsonObject("hashes").getLong("right")).isEqualTo(12 * 4);
    assertThat(figures.getJsonObject("wire").getLong("bodyBytes")).isEqualTo(12 * size());
    assertThat(figures.getJsonObject("wire").getLong("distinctContentBytes")).isEqualTo(size());
    assertThat(figures.getJsonArray("failures")).isEmpty();
    double seconds = figures.getDouble("elapsedSeconds");
    assertThat(figures.getDouble("pullsPerSecond") * seconds).isBetween(11.99, 12.01);
    assertThat(figures.getDouble("bytesPerSecond") * seconds)
        .isBetween(12 * size() - 1.0, 12 * size() + 1.0);
    assertThat(command.err()).contains("every pull was right", "12 right, 0 failed");
  }

  @Test
  void latencies_have_percentiles_that_rise_from_the_least_to_the_most() {
    assertThat(pull("--pulls", "20", "--json", "-", "library/a:1")).isZero();

    JsonObject all =
        new JsonObject(command.out()).getJsonObject("figures").getJsonObject("latencies");
    assertThat(all.fieldNames()).containsExactly("pull", "manifest", "blob", "blob first byte");
    JsonObject pulls = all.getJsonObject("pull");
    assertThat(pulls.getLong("count")).isEqualTo(20);
    List<JsonObject> points =
        pulls.getJsonArray("percentiles").stream().map(JsonObject.class::cast).toList();
    assertThat(points.stream().map(it -> it.getDouble("percentile")))
        .contains(50.0, 90.0, 99.0, 99.9, 100.0);
    assertThat(points.stream().map(it -> it.getDouble("ms"))).isSorted().allMatch(it -> it > 0);
    assertThat(pulls.getDouble("meanMs"))
        .isBetween(pulls.getDouble("minMs"), pulls.getDouble("maxMs"));
  }

  @Test
  void failures_are_told_by_kind_and_make_the_exit_code_one() throws IOException {
    registry.faults().on(Match.blob(layer).nth(2), Fault.flip(LAYER - 1));
    registry.faults().on(Match.manifest("1").after(8), Fault.status(503));
    Path file = folder.resolve("figures.json");

    int code = pull("--clients", "1", "--pulls", "10", "--json", file.toString(), "library/a:1");

    assertThat(code).isEqualTo(1);
    JsonObject told = new JsonObject(Files.readString(file));
    assertThat(told.getBoolean("right")).isFalse();
    JsonObject figures = told.getJsonObject("figures");
    assertThat(figures.getJsonObject("pulls").getLong("failed")).isEqualTo(3);
    assertThat(figures.getJsonObject("hashes").getLong("wrong")).isEqualTo(1);
    assertThat(
            figures.getJsonArray("failures").stream()
                .map(JsonObject.class::cast)
                .map(it -> it.getString("kind") + " " + it.getLong("count")))
        .containsExactly("status-503 2", "wrong-hash 1");
    assertThat(command.out())
        .contains("NOT every pull was right", "2  status-503", "1  wrong-hash", layer.toString());
  }

  @Test
  void pulls_that_fell_due_and_were_never_begun_make_the_exit_code_one() {
    registry.faults().on(Match.manifest("1"), Fault.delay(Duration.ofMillis(400)));

    int code =
        pull(
            "--clients",
            "1",
            "--rate",
            "100",
            "--duration",
            "200ms",
            "--only",
            "manifest",
            "--json",
            "-",
            "library/a:1");

    assertThat(code).isEqualTo(1);
    JsonObject told = new JsonObject(command.out());
    assertThat(told.getBoolean("right")).isTrue();
    assertThat(told.getBoolean("complete")).isFalse();
    assertThat(command.err())
        .contains("1 pulls were right, but 19 of 20 that fell due were never begun: the server")
        .doesNotContain("every pull was right", "interrupted");
  }

  @Test
  void an_edge_that_cannot_tell_its_bytes_at_the_end_takes_no_figures_away() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    HttpServer edge =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    edge.createContext(
        "/metrics",
        it -> {
          byte[] body = "entrepot_upstream_bytes_total 5\n".getBytes(StandardCharsets.UTF_8);
          it.sendResponseHeaders(asked.getAndIncrement() == 0 ? 200 : 500, body.length);
          it.getResponseBody().write(body);
          it.close();
        });
    edge.start();
    try {
      String metrics = "http://127.0.0.1:" + edge.getAddress().getPort() + "/metrics";

      assertThat(pull("--pulls", "5", "--metrics", metrics, "library/a:1")).isZero();

      assertThat(command.out()).contains("every pull was right", "5 right, 0 failed");
      assertThat(command.err()).contains("what came from upstream is not known", metrics);
    } finally {
      edge.stop(0);
    }
  }

  @Test
  void the_table_names_what_was_done_and_its_columns_stand_below_each_other() {
    assertThat(pull("--pulls", "5", "library/a:1")).isZero();

    assertThat(command.err()).isEmpty();
    assertThat(command.out())
        .startsWith("pull")
        .containsPattern("targets +" + url(registry))
        .containsPattern("images +library/a:1")
        .containsPattern("at most +5 pulls, unlimited")
        .containsPattern("body bytes +1\\.50 MB; ")
        .containsPattern("content +30\\d kB in distinct manifests and blobs")
        .containsPattern("hashes +20 right, 0 wrong, 0 without a digest");
    List<String> latencies =
        command.out().lines().dropWhile(it -> !it.startsWith("  latency")).limit(5).toList();
    assertThat(latencies.getLast()).startsWith("  blob first byte");
    assertThat(latencies).extracting(String::length).containsOnly(latencies.getFirst().length());
  }

  @Test
  void an_image_can_be_named_by_its_whole_address() {
    String address = url(registry) + "/library/a:1";

    assertThat(command.run("loadtest", "pull", "--pulls", "2", "--quiet", address)).isZero();
    assertThat(registry.journal().count(it -> it.digest().filter(layer::equals).isPresent()))
        .isEqualTo(2);
  }

  @Test
  void each_pulls_every_image_once_from_every_target() {
    registry.contents().image("b", "1", 10);
    try (ScriptedRegistry other = ScriptedRegistry.start()) {
      other.contents().image("library/a", "1", LAYER, 10);
      other.contents().image("b", "1", 10);

      int code =
          pull(
              "--target",
              url(other),
              "--each",
              "--clients",
              "5",
              "--json",
              "-",
              "library/a:1",
              "b:1");

      assertThat(code).isZero();
      JsonObject told = new JsonObject(command.out());
      assertThat(told.getJsonObject("figures").getJsonObject("pulls").getLong("right"))
          .isEqualTo(4);
      for (ScriptedRegistry one : List.of(registry, other)) {
        assertThat(one.journal().count(it -> it.request().path().contains("/manifests/")))
            .isEqualTo(2);
      }
      assertThat(command.err()).contains("every image once from every target");
    }
  }

  @Test
  void a_herd_on_a_blob_tells_when_its_first_byte_came() {
    int code =
        command.run(
            "loadtest",
            "herd",
            "--target",
            url(registry),
            "--clients",
            "30",
            "--blob",
            "--json",
            "-",
            "library/a@" + layer);

    assertThat(code).isZero();
    JsonObject told = new JsonObject(command.out());
    assertThat(told.getString("mode")).isEqualTo("herd");
    JsonObject figures = told.getJsonObject("figures");
    assertThat(figures.getJsonObject("pulls").getLong("right")).isEqualTo(30);
    assertThat(figures.getJsonObject("wire").getLong("bodyBytes")).isEqualTo(30 * LAYER);
    JsonObject times = figures.getJsonObject("latencies");
    assertThat(times.getJsonObject("blob first byte").getLong("count")).isEqualTo(30);
    assertThat(times.getJsonObject("manifest").getLong("count")).isZero();
    assertThat(command.err()).containsPattern("clients +30, all at once");
  }

  @Test
  void a_herd_on_an_image_that_one_client_misses_has_failed() {
    registry.faults().on(Match.manifest("1").nth(3), Fault.status(500));

    assertThat(command.run("loadtest", "herd", "--clients", "5", url(registry) + "/library/a:1"))
        .isEqualTo(1);
    assertThat(command.out()).contains("4 right, 1 failed", "1  status-500");
  }

  @Test
  void a_user_is_pulled_for_and_the_password_is_told_nowhere() throws IOException {
    registry.auth(new Auth.Basic(new Auth.Account("bot", "canary-word")));
    Path password = Files.writeString(folder.resolve("password"), "canary-word\n");
    Path json = folder.resolve("figures.json");

    assertThat(
            pull(
                "--pulls",
                "2",
                "--user",
                "bot",
                "--password-file",
                password.toString(),
                "--json",
                json.toString(),
                "library/a:1"))
        .isZero();
    assertThat(
            command.run(
                Map.of("LOADTEST_PASSWORD", "canary-word"),
                "loadtest",
                "pull",
                "--pulls",
                "1",
                "--user",
                "bot",
                url(registry) + "/library/a:1"))
        .isZero();
    assertThat(command.out() + command.err() + Files.readString(json))
        .doesNotContain("canary-word");
    assertThat(pull("--pulls", "1", "library/a:1")).isEqualTo(1);
    assertThat(command.out()).contains("unauthorized");
  }

  private int pull(String... more) {
    List<String> all = new ArrayList<>(List.of("loadtest", "pull", "--target", url(registry)));
    all.addAll(List.of(more));
    return command.run(all.toArray(String[]::new));
  }

  private long size() {
    return image.manifest().size() + image.config().size() + LAYER + 10;
  }

  private static String url(ScriptedRegistry registry) {
    return registry.uri().toString();
  }
}
