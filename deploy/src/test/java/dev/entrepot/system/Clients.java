package dev.entrepot.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Unchanged clients, each with its data in a test's folder and its files where it looks for them.
 */
final class Clients {
  private static final Duration PULL = Duration.ofSeconds(90);
  private static final String BRIDGE = "entrepot-test0";

  private final Path directory;
  private final Fallback fallback;
  private final Path root;

  /**
   * @param root under which {@code etc/…} replaces the machine's
   */
  Clients(Path directory, Fallback fallback, Path root) {
    this.directory = directory;
    this.fallback = fallback;
    this.root = root;
  }

  /** The docker command against the daemon. */
  String docker(String... arguments) {
    return run(dockerCommand(arguments));
  }

  /** The same, whatever comes of it. */
  Running.Outcome tryDocker(String... arguments) {
    return tryRun(dockerCommand(arguments));
  }

  private String[] dockerCommand(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.need("docker", "docker.io"),
                "--config=" + directory.resolve("docker-config"),
                "--host=unix://" + directory.resolve("docker.sock")));
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  /** Runs a client to its end, whatever comes of it. */
  Running.Outcome tryRun(String... command) {
    return Running.tryRun(
        directory,
        PULL,
        java.util.Map.of(),
        fallback.within(root, List.of(command)).toArray(String[]::new));
  }

  /** Runs a client to its end where the registries are the fallback. */
  String run(String... command) {
    return Running.run(
        directory, PULL, fallback.within(root, List.of(command)).toArray(String[]::new));
  }

  /** The daemon, reading the {@code daemon.json} that was set up. */
  Running dockerd() {
    Path data = directory.resolve("docker-data");
    Path socket = directory.resolve("docker.sock");
    Running daemon =
        Running.start(
            "dockerd",
            directory,
            fallback.within(
                root,
                List.of(
                    Programs.need("dockerd", "docker.io"),
                    "--config-file=/etc/docker/daemon.json",
                    "--data-root=" + data,
                    "--exec-root=" + directory.resolve("docker-exec"),
                    "--pidfile=" + directory.resolve("docker.pid"),
                    "--host=unix://" + socket,
                    "--storage-driver=vfs",
                    "--bridge=" + bridge(),
                    "--iptables=false",
                    "--ip6tables=false")));
    return daemon.ready(PULL, () -> daemon.output().contains("API listen on"));
  }

  /**
   * A bridge for the daemon, until this JVM ends. With {@code --bridge=none} it would remove the
   * {@code docker0} of another daemon on this machine.
   */
  private String bridge() {
    if (!Files.exists(Path.of("/sys/class/net", BRIDGE))) {
      Running.run(directory, PULL, "ip", "link", "add", "name", BRIDGE, "type", "bridge");
      Running.run(directory, PULL, "ip", "addr", "add", "10.231.78.1/24", "dev", BRIDGE);
      Runtime.getRuntime().addShutdownHook(new Thread(Clients::removeBridge));
    }
    return BRIDGE;
  }

  private static void removeBridge() {
    try {
      new ProcessBuilder("ip", "link", "del", BRIDGE).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Running containerd() {
    Running daemon =
        Running.start(
            "containerd",
            directory,
            fallback.within(
                root,
                List.of(
                    Programs.need("containerd", "containerd"),
                    "--config=/etc/containerd/config.toml",
                    "--root=" + directory.resolve("containerd-root"),
                    "--state=" + directory.resolve("containerd-state"),
                    "--address=" + directory.resolve("containerd.sock"))));
    return daemon.ready(PULL, () -> daemon.output().contains("containerd successfully booted"));
  }

  void ctrPull(String name) {
    ctr(
        "images",
        "pull",
        "--snapshotter=native",
        "--platform=linux/amd64",
        "--hosts-dir=/etc/containerd/certs.d",
        name);
  }

  String ctr(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.need("ctr", "containerd"),
                "--address=" + directory.resolve("containerd.sock")));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  String podman(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.need("podman", "podman"),
                "--root=" + directory.resolve("podman-root"),
                "--runroot=" + directory.resolve("podman-run"),
                "--storage-driver=vfs",
                "--runtime=" + Programs.need("crun", "crun"),
                "--events-backend=file"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  String skopeo(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(Programs.need("skopeo", "skopeo"), "--insecure-policy"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }
}
