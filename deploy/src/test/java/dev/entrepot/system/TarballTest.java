package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tarball on a machine that has no Java. */
@Tag("packaged")
final class TarballTest {
  private static final Duration START = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void it_starts_and_serves_without_any_java_on_the_machine() throws Exception {
    Path place = Distribution.unpack(directory);
    try (ScriptedRegistry hub = ScriptedRegistry.start()) {
      Image image = hub.contents().image("library/app", "1", 2_000_000);
      Path config = directory.resolve("edge.yml");
      int port = Ports.free();
      int observe = Ports.free();
      Files.writeString(
          config,
          """
          listen:
            registry: [{address: "127.0.0.1:%d"}]
            observe: 127.0.0.1:%d
            admin: 127.0.0.1:%d
          storage: {volumes: [{directory: %s}]}
          upstreams: [{name: docker.io, urls: ["%s"]}]
          """
              .formatted(port, observe, Ports.free(), directory.resolve("data"), hub.uri()));
      // No PATH: not even readlink or ls are found, and no java anywhere.
      List<String> command =
          List.of(
              "/usr/bin/env",
              "-i",
              "PATH=",
              "ENTREPOT_JVM_FOLDERS=",
              "/bin/bash",
              place.resolve("bin/entrepot").toString(),
              "edge",
              "--config",
              config.toString());
      try (Running edge = Running.start("edge", directory, command)) {
        edge.await(START, () -> EdgeProcess.get(observe, "/readyz").contains("\"ready\""));
        String base = "http://127.0.0.1:" + port + "/v2/library/app/";
        var layer = image.layers().getFirst().digest();
        assertThat(Hashes.read(base + "manifests/1", "").digest())
            .isEqualTo(image.manifest().digest());
        assertThat(Hashes.read(base + "blobs/" + layer, "").digest()).isEqualTo(layer);
      }
    }
  }

  @Test
  void it_has_the_native_libraries_of_one_platform() throws IOException {
    Path place = Distribution.unpack(directory);
    try (Stream<Path> libraries = Files.list(place.resolve("native"));
        Stream<Path> jars = Files.list(place.resolve("lib"))) {
      assertThat(libraries).hasSize(1);
      assertThat(jars.map(it -> it.getFileName().toString()))
          .contains("deploy-" + version(place) + ".jar")
          .noneMatch(it -> it.matches(".*-(osx|windows)-.*"));
    }
    assertThat(place.resolve("systemd/entrepot-edge.service")).exists();
    assertThat(place.resolve("systemd/entrepot-control-plane.service")).exists();
  }

  private static String version(Path place) {
    return place.getFileName().toString().substring("entrepot-".length());
  }
}
