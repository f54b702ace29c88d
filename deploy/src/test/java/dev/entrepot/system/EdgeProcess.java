package dev.entrepot.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An edge as its users run it: a process of its own, started by its command, with a file. */
final class EdgeProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  private final Path directory;
  private final int port = Ports.free();
  private final int observe = Ports.free();
  private final int admin = Ports.free();
  private final Path config;
  private Optional<Running> running = Optional.empty();

  /**
   * Begins with the settings' {@code listen} and {@code storage}; {@code more} is the rest of it.
   */
  EdgeProcess(Path directory, String more) {
    this(directory, "127.0.0.1", more);
  }

  /**
   * @param observing where {@code observe} listens
   */
  EdgeProcess(Path directory, String observing, String more) {
    try {
      this.directory = Files.createDirectories(directory);
      this.config = directory.resolve("edge.yml");
      Files.writeString(
          config,
          """
          version: 1
          listen:
            registry: [{address: "127.0.0.1:%d"}]
            observe: %s:%d
            admin: 127.0.0.1:%d
          storage:
            volumes: [{directory: %s, capacity: 4GiB}]
            min-free: 1MiB
          %s
          """
              .formatted(port, observing, observe, admin, directory.resolve("data"), more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  EdgeProcess start(String... jvmOptions) {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of(jvmOptions));
    command.addAll(entrepot("edge", "--config", config.toString()));
    Running process = Running.start("edge", directory, command);
    running = Optional.of(process);
    process.await(START, this::isReady);
    return this;
  }

  /** Runs the command {@code entrepot} to its end. */
  static Running.Outcome command(Path directory, String... arguments) {
    List<String> command = new ArrayList<>(java());
    command.addAll(entrepot(arguments));
    return Running.tryRun(
        directory, Duration.ofSeconds(30), java.util.Map.of(), command.toArray(String[]::new));
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** {@code host:port}. */
  String address() {
    return "127.0.0.1:" + port;
  }

  int observePort() {
    return observe;
  }

  int adminPort() {
    return admin;
  }

  Path config() {
    return config;
  }

  String output() {
    return running.map(Running::output).orElse("");
  }

  long pid() {
    return running.orElseThrow().pid();
  }

  boolean isAlive() {
    return running.filter(Running::isAlive).isPresent();
  }

  /** SIGTERM, and waits for the end. */
  void stop() {
    running.ifPresent(Running::close);
  }

  /** As {@code kill -9}. */
  void kill() {
    running.orElseThrow().kill();
  }

  /** A meter's value, over all its tags that contain {@code tag}. */
  double meter(String name, String tag) {
    Matcher lines =
        Pattern.compile("(?m)^" + Pattern.quote(name) + "(\\{[^}]*\\})? ([0-9.eE+-]+)$")
            .matcher(get(observe, "/metrics"));
    double sum = 0;
    while (lines.find()) {
      if (tag.isEmpty() || String.valueOf(lines.group(1)).contains(tag)) {
        sum += Double.parseDouble(lines.group(2));
      }
    }
    return sum;
  }

  @Override
  public void close() {
    stop();
  }

  private boolean isReady() {
    return Ports.answers(observe) && get(observe, "/readyz").contains("\"ready\"");
  }

  private static String get(int port, String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Xmx256m");
  }

  private static List<String> entrepot(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.entrepot.cli.Main");
    command.addAll(List.of(arguments));
    return command;
  }
}
