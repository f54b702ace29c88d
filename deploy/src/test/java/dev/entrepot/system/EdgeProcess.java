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
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An edge as its users run it: a program of its own, started by its command, with a file. */
final class EdgeProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  private final Host host;
  private final Path directory;
  private final int port = Ports.free();
  private final int observe = Ports.free();
  private final int admin = Ports.free();
  private final Path config;
  private Optional<Started> running = Optional.empty();

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
    this(directory, observing, "", more);
  }

  /**
   * @param doors more doors, each with a comma before it
   */
  EdgeProcess(Path directory, String observing, String doors, String more) {
    this(Host.PROCESSES, directory, observing, doors, more);
  }

  /** The same elsewhere than in a process. */
  EdgeProcess(Host host, Path directory, String observing, String doors, String more) {
    this.host = host;
    try {
      this.directory = Files.createDirectories(directory);
      this.config = directory.resolve("edge.yml");
      Files.writeString(
          config,
          """
          version: 1
          listen:
            registry: [{address: "127.0.0.1:%d"}%s]
            observe: %s:%d
            admin: 127.0.0.1:%d
          storage:
            volumes: [{directory: %s, capacity: 4GiB}]
            min-free: 1MiB
          %s
          """
              .formatted(port, doors, observing, observe, admin, directory.resolve("data"), more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  EdgeProcess start(String... jvmOptions) {
    return startAs("edge", jvmOptions);
  }

  /** With a control plane of its own, in the same process. */
  EdgeProcess startStandalone() {
    return startAs("standalone");
  }

  private EdgeProcess startAs(String kind, String... jvmOptions) {
    Started process =
        host.start(
            "edge", directory, List.of(jvmOptions), List.of(kind, "--config", config.toString()));
    running = Optional.of(process);
    process.await(START, this::isReady);
    return this;
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
    return running.map(Started::output).orElse("");
  }

  long pid() {
    return running.orElseThrow().pid();
  }

  boolean isAlive() {
    return running.filter(Started::isAlive).isPresent();
  }

  /** SIGTERM, and waits for the end. */
  void stop() {
    running.ifPresent(Started::close);
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

  /** Waits for something about this edge, while it lives. */
  void await(java.util.function.BooleanSupplier condition) {
    await(START, condition);
  }

  void await(Duration most, java.util.function.BooleanSupplier condition) {
    running.orElseThrow().await(most, condition);
  }

  @Override
  public void close() {
    stop();
  }

  private boolean isReady() {
    return Ports.answers(observe) && get(observe, "/readyz").contains("\"ready\"");
  }

  /** An answer's body; empty when there is none. */
  static String get(int port, String path) {
    return get("127.0.0.1", port, path);
  }

  static String get(String host, int port, String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
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
}
