package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;

/**
 * The program {@code entrepot} as it is shipped, from the classes of the build: its launcher beside
 * jars, with a start cache. It is laid out once, below {@code target/}, and runs on the JVM of the
 * tests.
 */
final class Program {
  private static final Duration TRAINING = Duration.ofMinutes(3);
  private static final Map<String, String> ENVIRONMENT =
      Map.of("JAVA_HOME", System.getProperty("java.home"));

  private Program() {}

  /** The command line that runs it. */
  static List<String> command(String... arguments) {
    return command(List.of(), List.of(arguments));
  }

  /**
   * The command line that runs it.
   *
   * @param jvmOptions without blanks
   */
  static List<String> command(List<String> jvmOptions, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("/usr/bin/env"));
    ENVIRONMENT.forEach((key, value) -> command.add(key + "=" + value));
    command.add("ENTREPOT_JAVA_OPTS=-Xmx256m " + String.join(" ", jvmOptions));
    command.add(LaidOut.PLACE.resolve("bin/entrepot").toString());
    command.addAll(arguments);
    return command;
  }

  /** Runs it to its end. */
  static Running.Outcome run(Path directory, String... arguments) {
    return Running.tryRun(
        directory, Duration.ofSeconds(30), Map.of(), command(arguments).toArray(String[]::new));
  }

  /** Laid out when it is first needed. */
  private static final class LaidOut {
    static final Path PLACE = layOut(Path.of("target/program").toAbsolutePath());
  }

  private static Path layOut(Path place) {
    try {
      Running.run(Path.of("target"), TRAINING, "rm", "-rf", place.toString());
      Path bin = Files.createDirectories(place.resolve("bin"));
      Path lib = Files.createDirectories(place.resolve("lib"));
      for (String name : List.of("entrepot", "entrepot-train")) {
        Files.copy(Path.of(name), bin.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
      }
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        addTo(lib, Path.of(entry));
      }
      Running.run(place, TRAINING, ENVIRONMENT, bin.resolve("entrepot-train").toString());
      return place;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A start cache is of jars alone, so what the build has as folders becomes jars. */
  private static void addTo(Path lib, Path entry) throws IOException {
    if (Files.isRegularFile(entry)) {
      Files.copy(entry, lib.resolve(entry.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
    } else if (Files.isDirectory(entry) && !entry.endsWith("test-classes")) {
      Path module = entry.toAbsolutePath().getParent().getParent();
      String jar = lib.resolve(module.getFileName() + ".jar").toString();
      ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
      assertThat(tool.run(System.out, System.err, "cf", jar, "-C", entry.toString(), ".")).isZero();
    }
  }
}
