package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The origin of these tests is what it claims to be, or nothing that they prove counts. */
final class OriginTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Origin.Door.class)
  void a_client_pulls_from_the_origin_through_its_redirects(Origin.Door door) {
    Path layout = TestImage.write(directory.resolve("image"), 1, 100_000);
    try (Origin origin = Origin.start(directory.resolve("origin"), door)) {
      origin.push(layout, "library/shell:1");

      String output =
          Running.run(
              directory,
              Duration.ofSeconds(60),
              Programs.need("skopeo", "skopeo"),
              "--insecure-policy",
              "copy",
              "--all",
              "--src-tls-verify=false",
              door == Origin.Door.PLAIN
                  ? "--src-no-creds"
                  : "--src-creds=" + Origin.USER + ":" + Origin.PASSWORD,
              "docker://" + origin.url().substring("http://".length()) + "/library/shell:1",
              "oci:" + directory.resolve("copy") + ":latest");

      assertThat(output).contains("Writing manifest");
      assertThat(origin.storageLog()).contains(" 200 auth=[-]").doesNotContain(" 400 ");
    }
  }
}
