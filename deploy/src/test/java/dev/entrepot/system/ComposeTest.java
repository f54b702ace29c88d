package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The compose file as it is: an origin, a control plane and three edges in containers. */
@Tag("packaged")
@Timeout(240)
final class ComposeTest {
  private static final List<String> EDGES = List.of("127.0.0.11", "127.0.0.12", "127.0.0.13");
  private static final Duration QUICK = Duration.ofMinutes(2);
  private static final int SIZE = 6_000_000;

  @TempDir Path directory;
  private final int originPort = Ports.free();
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void up() {
    TestImages.needEngine();
    environment =
        Map.of(
            "ENTREPOT_IMAGE", TestImages.entrepot(directory.resolve("images")),
            "ORIGIN_IMAGE", TestImages.origin(directory.resolve("images")),
            "ORIGIN_PORT", String.valueOf(originPort));
    compose("up", "--detach");
  }

  @AfterEach
  void down() {
    if (!environment.isEmpty()) {
      compose("down", "--volumes");
    }
  }

  @Test
  void an_image_is_pulled_by_three_edges_and_fetched_from_the_origin_once() {
    Path layout = TestImage.write(directory.resolve("layout"), 11, SIZE);
    push(layout);
    awaitSite();

    for (String edge : EDGES) {
      skopeo(
          "copy",
          "--src-tls-verify=false",
          "docker://" + edge + ":5000/origin.example/team/app:latest",
          "oci:" + directory.resolve("pulled-" + edge) + ":latest");
    }

    assertThat(fetched()).isNotEmpty().allSatisfy((_, times) -> assertThat(times).isEqualTo(1));
  }

  /** How often the origin has sent each blob and each manifest. */
  private Map<String, Long> fetched() {
    Matcher lines =
        Pattern.compile("\"GET /v2/team/app/((?:blobs|manifests)/\\S+) HTTP/1.1\" 200")
            .matcher(compose("logs", "--no-color", "origin"));
    List<String> paths = new ArrayList<>();
    while (lines.find()) {
      paths.add(lines.group(1));
    }
    return paths.stream().collect(Collectors.groupingBy(it -> it, Collectors.counting()));
  }

  private void push(Path layout) {
    Ports.await(QUICK, () -> "the origin answers", () -> Ports.answers(originPort));
    skopeo(
        "copy",
        "--all",
        "--dest-tls-verify=false",
        "oci:" + layout + ":latest",
        "docker://127.0.0.1:" + originPort + "/team/app:latest");
  }

  private void awaitSite() {
    Ports.await(
        QUICK,
        () -> "three edges see each other: " + compose("logs", "--no-color", "--tail=40"),
        () ->
            EDGES.stream()
                .allMatch(edge ->
                    EdgeProcess.get(edge, 5080, "/metrics")
                        .contains("entrepot_cluster_members 3.0")));
  }

  private void skopeo(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(Programs.need("skopeo", "skopeo"), "--insecure-policy"));
    command.addAll(List.of(arguments));
    Running.run(directory, QUICK, command.toArray(String[]::new));
  }

  private String compose(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.need("docker-compose", "docker-compose"),
                "--project-name=entrepot-test",
                "--file=" + Path.of("docker/compose.yml").toAbsolutePath()));
    command.addAll(List.of(arguments));
    return Running.run(directory, QUICK, environment, command.toArray(String[]::new));
  }
}
