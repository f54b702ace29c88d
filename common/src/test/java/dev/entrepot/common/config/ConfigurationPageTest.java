package dev.entrepot.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @Test
  void the_reference_page_says_what_the_code_reads() throws IOException {
    if (Boolean.getBoolean("entrepot.write-docs")) {
      Files.createDirectories(PAGE.toAbsolutePath().normalize().getParent());
      Files.writeString(PAGE, ConfigurationPage.text());
    }
    assertThat(Files.readString(PAGE))
        .as(
            "write it anew: mvn -pl common test -Dtest=ConfigurationPageTest"
                + " -Dentrepot.write-docs=true")
        .isEqualTo(ConfigurationPage.text());
  }

  @Test
  void every_key_has_a_type_a_default_and_a_sentence() {
    assertThat(EdgeSettings.keys())
        .hasSizeGreaterThan(50)
        .allSatisfy(key -> {
          assertThat(key.sentence()).as(key.path()).endsWith(".");
          assertThat(key.isSection() || !key.fallback().isEmpty()).as(key.path()).isTrue();
          assertThat(key.isSection()).as(key.path()).isEqualTo(key.environment().isEmpty());
        });
  }
}
