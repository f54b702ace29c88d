package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Follows docs/site.md to the letter, in an empty folder. */
@Timeout(180)
final class GuideTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
  private static final List<String> ADDRESSES = List.of("127.0.0.11", "127.0.0.12", "127.0.0.13");

  @TempDir Path directory;

  @Test
  void five_commands_make_three_edges_with_a_control_plane() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("empty"));
    List<String> blocks =
        BLOCK
            .matcher(Files.readString(Path.of("../docs/site.md")))
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();
    assertThat(blocks.getFirst().lines()).hasSize(5);
    try (ScriptedRegistry hub = ScriptedRegistry.start();
        Running site = follow(folder, blocks.getFirst(), hub)) {
      Image image = hub.contents().image("library/app", "1", 3_000_000);
      site.await(Duration.ofMinutes(2), () -> ADDRESSES.stream().allMatch(GuideTest::seesAll));
      String checks = Running.run(folder, Duration.ofSeconds(20), "/bin/sh", "-c", blocks.get(1));
      assertThat(checks).contains("entrepot_cluster_members 3.0").contains("200");

      for (String address : ADDRESSES) {
        String base = "http://" + address + ":5000/v2/library/app/";
        assertThat(Hashes.read(base + "manifests/1", "").digest())
            .isEqualTo(image.manifest().digest());
        for (var layer : image.layers()) {
          assertThat(Hashes.read(base + "blobs/" + layer.digest(), "").digest())
              .isEqualTo(layer.digest());
        }
      }
      for (var layer : image.layers()) {
        assertThat(hub.journal().bodyBytes(layer.digest())).isEqualTo(layer.size());
      }
    }
  }

  /** The commands as a shell runs them, which then waits for what it has begun. */
  private Running follow(Path folder, String commands, ScriptedRegistry hub) throws IOException {
    Path programs = Files.createDirectory(directory.resolve("bin"));
    String line =
        Program.command().stream().map(it -> "'" + it + "'").collect(Collectors.joining(" "));
    Path entrepot = programs.resolve("entrepot");
    Files.writeString(
        entrepot,
        """
        #!/bin/sh
        case "$1" in edge) export ENTREPOT_UPSTREAMS_DOCKER_IO_URLS=%s ;; esac
        exec %s "$@"
        """
            .formatted(hub.uri(), line));
    Files.setPosixFilePermissions(entrepot, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Running.start(
        "site",
        folder,
        List.of("/bin/sh", "-c", commands + "wait\n"),
        Map.of("PATH", programs + ":" + System.getenv("PATH")));
  }

  private static boolean seesAll(String address) {
    return EdgeProcess.get(address, 5080, "/metrics").contains("entrepot_cluster_members 3.0");
  }
}
