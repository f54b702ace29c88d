package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Unchanged clients pull through an edge, configured by nothing but what {@code client-setup}
 * wrote; then again with every origin stopped. Nothing may go past the edge either time.
 */
final class RealClientsTest {
  private static final Duration PULL = Duration.ofSeconds(90);
  private static final String HELLO = "hello from the edge";

  // Daemons leave mounts behind for a moment; the folder under target goes with the next clean.
  @TempDir(cleanup = CleanupMode.NEVER)
  Path directory;

  private final List<AutoCloseable> parts = new ArrayList<>();
  private final List<Origin> origins = new ArrayList<>();
  private EdgeProcess edge;
  private Fallback fallback;
  private Path root;

  @BeforeEach
  void start() {
    Programs.needRoot();
    Path shell = TestImage.write(directory.resolve("shell"), 1, 3_000_000);
    Path tool = TestImage.write(directory.resolve("tool"), 2, 500_000);
    Path team = TestImage.write(directory.resolve("team"), 3, 700_000);
    Origin hub = origin("hub", Origin.Door.PLAIN);
    Origin github = origin("github", Origin.Door.TOKEN);
    Origin quay = origin("quay", Origin.Door.BASIC);
    hub.push(shell, "library/shell:1");
    github.push(tool, "library/tool:2");
    quay.push(team, "team/tool:3");
    edge =
        keep(
            new EdgeProcess(
                    directory.resolve("edge"),
                    """
                    upstreams:
                      - {name: docker.io, urls: ["%s"]}
                      - {name: ghcr.io, urls: ["%s"]}
                      - name: quay.io
                        urls: ["%s"]
                        credentials: {username: %s, password: %s}
                        visibility: public
                    """
                        .formatted(
                            hub.url(), github.url(), quay.url(), Origin.USER, Origin.PASSWORD))
                .start());
    fallback = keep(new Fallback(directory));
    root = directory.resolve("root");
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable part : parts.reversed()) {
      part.close();
    }
  }

  @Test
  void docker_pulls_and_runs_through_registry_mirrors() {
    setUp("docker");
    Running daemon = dockerd();
    String docker = Programs.need("docker", "docker.io");
    String socket = "unix://" + directory.resolve("docker.sock");
    assertThat(run(docker, "-H", socket, "pull", "shell:1")).contains("Downloaded newer image");
    assertThat(run(docker, "-H", socket, "run", "--rm", "--network", "none", "shell:1"))
        .contains(HELLO);
    stopOrigins();
    run(docker, "-H", socket, "rmi", "shell:1");
    assertThat(run(docker, "-H", socket, "pull", "shell:1")).contains("Downloaded newer image");
    assertThat(run(docker, "-H", socket, "run", "--rm", "--network", "none", "shell:1"))
        .contains(HELLO);
    assertThat(daemon.isAlive()).isTrue();
    nothingWentPast();
  }

  @Test
  void containerd_pulls_from_three_upstreams_by_hosts_toml() {
    setUp("containerd");
    keep(containerd());
    List<String> names =
        List.of("docker.io/library/shell:1", "ghcr.io/library/tool:2", "quay.io/team/tool:3");
    names.forEach(this::ctrPull);
    stopOrigins();
    for (String name : names) {
      ctr("images", "rm", "--sync", name);
      ctr("content", "prune", "references");
      ctrPull(name);
    }
    assertThat(ctr("run", "--rm", "--snapshotter", "native", names.getFirst(), "c1"))
        .contains(HELLO);
    nothingWentPast();
  }

  @Test
  void podman_pulls_by_its_mirrors_and_by_a_prefix() {
    setUp("podman");
    for (String name : List.of("docker.io/library/shell:1", "quay.io/team/tool:3")) {
      podman("pull", name);
    }
    String prefixed = edge.address() + "/ghcr.io/library/tool:2";
    podman("pull", "--tls-verify=false", prefixed);
    assertThat(podman("image", "inspect", "--format={{.Architecture}}", prefixed))
        .contains("amd64");
    stopOrigins();
    podman("rmi", "--all", "--force");
    podman("pull", "docker.io/library/shell:1");
    podman("pull", "quay.io/team/tool:3");
    podman("pull", "--tls-verify=false", prefixed);
    nothingWentPast();
  }

  @Test
  void skopeo_copies_by_tag_by_digest_and_all_platforms() {
    setUp("podman");
    String prefixed = "docker://" + edge.address() + "/ghcr.io/library/tool";
    String digest =
        skopeo("inspect", "--format={{.Digest}}", "--tls-verify=false", prefixed + ":2").strip();
    for (int round = 1; round <= 2; round++) {
      String target = "oci:" + directory.resolve("copy" + round) + ":";
      skopeo("copy", "--all", "docker://docker.io/library/shell:1", target + "all");
      skopeo("copy", "docker://docker.io/library/shell:1", target + "tag");
      skopeo("copy", "--src-tls-verify=false", prefixed + "@" + digest, target + "digest");
      assertThat(skopeo("list-tags", "--tls-verify=false", prefixed)).contains("\"2\"");
      stopOrigins();
    }
    nothingWentPast();
  }

  private Origin origin(String name, Origin.Door door) {
    Origin origin = keep(Origin.start(directory.resolve(name), door));
    origins.add(origin);
    return origin;
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.add(part);
    return part;
  }

  private void stopOrigins() {
    origins.forEach(Origin::stop);
  }

  private void nothingWentPast() {
    assertThat(fallback.connections()).as("connections that went past the edge").isZero();
  }

  private void setUp(String client) {
    Running.Outcome outcome =
        EdgeProcess.command(
            directory,
            "client-setup",
            client,
            "--config",
            edge.config().toString(),
            "--url",
            edge.url(),
            "--format",
            "files",
            "--root",
            root.toString());
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }

  private String run(String... command) {
    return Running.run(
        directory, PULL, fallback.within(root, List.of(command)).toArray(String[]::new));
  }

  private Running dockerd() {
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
                    "--bridge=none",
                    "--iptables=false",
                    "--ip6tables=false")));
    keep(daemon);
    return daemon.await(PULL, () -> daemon.output().contains("API listen on"));
  }

  private Running containerd() {
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
    return daemon.await(PULL, () -> daemon.output().contains("containerd successfully booted"));
  }

  private void ctrPull(String name) {
    ctr(
        "images",
        "pull",
        "--snapshotter=native",
        "--platform=linux/amd64",
        "--hosts-dir=/etc/containerd/certs.d",
        name);
  }

  private String ctr(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.need("ctr", "containerd"),
                "--address=" + directory.resolve("containerd.sock")));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private String podman(String... arguments) {
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

  private String skopeo(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(Programs.need("skopeo", "skopeo"), "--insecure-policy"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }
}
