package dev.entrepot.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A control plane as its users run it: a program of its own, driven by its commands. */
final class ControlProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(40);
  private static final Pattern TOKEN = Pattern.compile("[a-z0-9]{6}\\.[A-Za-z0-9_-]{43}");
  private static final Pattern PIN = Pattern.compile("sha256:[0-9a-f]{64}");

  private final Host host;
  private final Path directory;
  private final int control = Ports.free();
  private final int observe = Ports.free();
  private final int admin = Ports.free();
  private final Path config;
  private Optional<Started> running = Optional.empty();

  /** What an edge needs to join. */
  record Invitation(String token, String pin) {}

  ControlProcess(Path directory, String more) {
    this(Host.PROCESSES, directory, more);
  }

  ControlProcess(Host host, Path directory, String more) {
    this.host = host;
    try {
      this.directory = Files.createDirectories(directory);
      this.config = directory.resolve("control.yml");
      Files.writeString(
          config,
          """
          version: 1
          listen:
            control: 127.0.0.1:%d
            public-url: https://127.0.0.1:%d
            observe: 127.0.0.1:%d
            admin: 127.0.0.1:%d
          storage: {directory: state}
          %s
          """
              .formatted(control, control, observe, admin, more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ControlProcess start() {
    Started process =
        host.start(
            "control-plane",
            directory,
            List.of(),
            List.of("control-plane", "--config", config.toString()));
    running = Optional.of(process);
    process.await(START, () -> EdgeProcess.get(observe, "/readyz").contains("\"ready\""));
    return this;
  }

  /** Asks for a join token as an operator does. */
  Invitation invite(int uses) {
    String said = run("join-token", "create", "--uses", String.valueOf(uses));
    return new Invitation(find(TOKEN, said), find(PIN, said));
  }

  /** The same for one edge that has joined before. */
  Invitation inviteAgain(String node) {
    String said = run("join-token", "create", "--node", node);
    return new Invitation(find(TOKEN, said), find(PIN, said));
  }

  /** Runs a command that speaks to the admin door; it must succeed. */
  String run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--admin", "http://127.0.0.1:" + admin));
    Running.Outcome outcome = Program.run(directory, all.toArray(String[]::new));
    if (outcome.exitCode() != 0) {
      throw new AssertionError(String.join(" ", arguments) + ": " + outcome.output());
    }
    return outcome.output();
  }

  String url() {
    return "https://127.0.0.1:" + control;
  }

  Path authority() {
    return directory.resolve("state/ca");
  }

  Path config() {
    return config;
  }

  Path directory() {
    return directory;
  }

  long pid() {
    return running.orElseThrow().pid();
  }

  String output() {
    return running.map(Started::output).orElse("");
  }

  /** As {@code kill -9}. */
  void kill() {
    running.orElseThrow().kill();
  }

  void stop() {
    running.ifPresent(Started::close);
  }

  @Override
  public void close() {
    stop();
  }

  private static String find(Pattern what, String said) {
    Matcher matcher = what.matcher(said);
    if (!matcher.find()) {
      throw new AssertionError("no " + what + " in: " + said);
    }
    return matcher.group();
  }
}
