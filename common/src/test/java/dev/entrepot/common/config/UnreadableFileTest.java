package dev.entrepot.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A settings file that cannot be had is refused with the reason. */
final class UnreadableFileTest {
  @TempDir Path folder;

  @Test
  void a_directory_is_called_one() {
    assertThat(refused(folder)).endsWith(": a directory; give the path of a settings file");
  }

  /** The user of the tests may read everything, so that the reason stands for the file. */
  @Test
  void a_file_of_another_user_is_told_from_one_that_is_broken() {
    Path file = folder.resolve("edge.yaml");

    assertThat(YamlFile.unreadable(file, new AccessDeniedException(file.toString())))
        .isEqualTo(
            "the user "
                + System.getProperty("user.name")
                + " may not read it; make it readable for this user");
    assertThat(YamlFile.unreadable(file, new IOException("Input/output error")))
        .contains("cannot be read (Input/output error)");
  }

  @Test
  void bytes_that_are_no_text_and_too_many_of_them_are_told() throws IOException {
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
    Path large = Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]);

    assertThat(refused(binary)).endsWith(": not UTF-8; write it as UTF-8 text");
    assertThat(refused(large)).contains("larger than 1 MiB");
  }

  private static String refused(Path file) {
    return switch (EdgeSettings.read(Optional.of(file), Map.of())) {
      case EdgeSettings.Result.Ok _ -> throw new AssertionError("read " + file);
      case EdgeSettings.Result.Refused(var complaints) -> complaints.getFirst().sentence();
    };
  }
}
