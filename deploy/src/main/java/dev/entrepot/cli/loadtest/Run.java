package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.Progress;
import dev.entrepot.loadtest.load.report.JsonReport;
import dev.entrepot.loadtest.load.report.ProgressLine;
import dev.entrepot.loadtest.load.report.ProgressLog;
import dev.entrepot.loadtest.load.report.Report;
import dev.entrepot.loadtest.load.report.TableReport;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;

/** Lets a load run and tells how it went. */
final class Run {
  private static final Path STANDARD_OUTPUT = Path.of("-");

  private final Optional<Path> json;
  private final boolean isQuiet;
  private final PrintWriter out;
  private final PrintWriter err;

  Run(TellingOptions telling, Surroundings around) {
    this.json = telling.json();
    this.isQuiet = telling.isQuiet();
    this.out = around.out();
    this.err = around.err();
  }

  /** Runs it; the exit code. */
  int tell(Function<Progress, Report> load) {
    json.ifPresent(Run::requireWritable);
    try (Interruption _ = Interruption.begin()) {
      Report report = watched(load);
      boolean isJsonShown = json.filter(STANDARD_OUTPUT::equals).isPresent();
      new TableReport(isJsonShown ? err : out).print(report);
      if (json.isPresent()) {
        write(report, json.get());
      }
      return report.isRight() && report.isComplete()
          ? CommandLine.ExitCode.OK
          : CommandLine.ExitCode.SOFTWARE;
    }
  }

  private Report watched(Function<Progress, Report> load) {
    if (isQuiet) {
      return load.apply(Progress.none());
    }
    if (!isTerminal()) {
      return load.apply(new ProgressLog(err));
    }
    ProgressLine line = new ProgressLine(err);
    try {
      return load.apply(line);
    } finally {
      line.clear();
    }
  }

  private void write(Report report, Path file) {
    try {
      if (file.equals(STANDARD_OUTPUT)) {
        JsonReport.write(report, out);
        return;
      }
      try (Writer writer = Files.newBufferedWriter(file)) {
        JsonReport.write(report, writer);
      }
    } catch (IOException e) {
      throw new Refusal("--json " + file + " could not be written: " + e.getMessage(), e);
    }
  }

  /** Before a load of an hour, not after it. */
  private static void requireWritable(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    boolean isPlace =
        !Files.isDirectory(file)
            && (Files.exists(file)
                ? Files.isWritable(file)
                : folder != null && Files.isWritable(folder));
    if (!(isPlace || file.equals(STANDARD_OUTPUT))) {
      throw new Refusal("--json " + file + " cannot be written; name a file in your own folder");
    }
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }
}
