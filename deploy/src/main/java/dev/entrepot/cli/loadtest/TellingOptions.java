package dev.entrepot.cli.loadtest;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a load is told. */
final class TellingOptions {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Write everything as JSON too; - for standard output, the table goes to the"
              + " other then.")
  private Optional<Path> json = Optional.empty();

  @Option(
      names = "--quiet",
      description = "No progress; otherwise a line each second on a terminal, each 10 s elsewhere.")
  private boolean quiet;

  Optional<Path> json() {
    return json;
  }

  boolean isQuiet() {
    return quiet;
  }
}
