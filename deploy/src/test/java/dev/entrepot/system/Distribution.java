package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What the build has packed: a folder without a Java runtime, and a tarball with one. */
final class Distribution {
  private static final Duration UNPACK = Duration.ofMinutes(1);

  private Distribution() {}

  /** {@code target}, in which the folder {@code entrepot} is. */
  static Path folder() {
    Path folder = Path.of("target").toAbsolutePath();
    assertThat(folder.resolve("entrepot/lib")).isDirectory();
    return folder;
  }

  /** Unpacks the tarball and gives the folder that is in it. */
  static Path unpack(Path into) {
    try (Stream<Path> files = Files.list(folder())) {
      List<Path> archives =
          files
              .filter(it -> it.toString().matches(".*/entrepot-.*-linux-\\w+\\.tar\\.gz"))
              .toList();
      assertThat(archives).hasSize(1);
      Running.run(into, UNPACK, "tar", "xzf", archives.getFirst().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (Stream<Path> files = Files.list(into)) {
      return files
          .filter(it -> it.getFileName().toString().startsWith("entrepot-"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
