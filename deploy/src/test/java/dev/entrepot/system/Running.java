package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A process that a test started, with what it printed in a file. Closing ends it and its children.
 */
final class Running implements Started {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final String name;
  private final Process process;
  private final Path log;

  private Running(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static Running start(String name, Path directory, List<String> command) {
    return start(name, directory, command, Map.of());
  }

  static Running start(
      String name, Path directory, List<String> command, Map<String, String> environment) {
    try {
      Path log = Files.createTempFile(directory, name + "-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      return new Running(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs to the end and gives what was printed; fails on another exit code than 0. */
  static String run(Path directory, Duration limit, String... command) {
    return run(directory, limit, Map.of(), command);
  }

  static String run(
      Path directory, Duration limit, Map<String, String> environment, String... command) {
    Outcome outcome = tryRun(directory, limit, environment, command);
    assertThat(outcome.exitCode())
        .as("%s%n%s", String.join(" ", command), outcome.output())
        .isZero();
    return outcome.output();
  }

  /** Runs to the end, whatever the exit code. */
  static Outcome tryRun(
      Path directory, Duration limit, Map<String, String> environment, String... command) {
    try (Running running = start("run", directory, List.of(command), environment)) {
      if (!running.process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "still running after " + limit + ": " + String.join(" ", command) + running.output());
      }
      return new Outcome(running.process.exitValue(), running.output());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The same, for who goes on with it. */
  Running ready(Duration limit, BooleanSupplier ready) {
    await(limit, ready);
    return this;
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public String output() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void kill() {
    process.destroyForcibly();
    waitForEnd();
  }

  /** SIGTERM, and SIGKILL for it and its children when it does not heed that. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    process.destroy();
    waitForEnd();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  private void waitForEnd() {
    try {
      process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How a command ended. */
  record Outcome(int exitCode, String output) {}
}
