package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers of the tarball and of the image start with what a JVM has learned before (JEP 483). */
@Tag("packaged")
final class StartCacheTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String OPTIONS = "ENTREPOT_JAVA_OPTS";
  private static final String LOADED = "-Xlog:class+load";

  /** How the JVM tells that it took a class from a cache. */
  private static final String CACHED = "dev.entrepot.cli.Main source: shared objects file";

  @TempDir Path directory;

  @Test
  void a_server_of_the_tarball_starts_with_its_start_cache() {
    assertThat(edgeHelp(LOADED)).contains(CACHED);
  }

  @Test
  void options_that_the_start_cache_does_not_fit_start_without_it_and_without_complaint() {
    assertThat(edgeHelp("-XX:-UseCompressedOops " + LOADED))
        .doesNotContain(CACHED)
        .doesNotContain("[aot]")
        .contains("Usage: entrepot edge");
  }

  @Test
  void a_server_of_the_image_starts_with_its_start_cache() {
    TestImages.needEngine();
    String image = TestImages.entrepot(directory.resolve("images"));

    String said =
        TestImages.docker(
            directory, "run", "--rm", "--env", OPTIONS + "=" + LOADED, image, "edge", "--help");

    assertThat(said).contains(CACHED);
  }

  private String edgeHelp(String options) {
    String entrepot = Distribution.unpack(directory).resolve("bin/entrepot").toString();
    return Running.run(directory, LIMIT, Map.of(OPTIONS, options), entrepot, "edge", "--help");
  }
}
