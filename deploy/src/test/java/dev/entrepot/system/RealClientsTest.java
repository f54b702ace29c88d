package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
  private static final String HELLO = "hello from the edge";

  // Daemons leave mounts behind for a moment; the folder under target goes with the next clean.
  @TempDir(cleanup = CleanupMode.NEVER)
  Path directory;

  private final List<AutoCloseable> parts = new ArrayList<>();
  private final List<Origin> origins = new ArrayList<>();
  private EdgeProcess edge;
  private Fallback fallback;
  private Clients clients;
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
    clients = new Clients(directory, fallback, root);
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
    Running daemon = keep(clients.dockerd());
    assertThat(clients.docker("pull", "shell:1")).contains("Downloaded newer image");
    assertThat(clients.docker("run", "--rm", "--network", "none", "shell:1")).contains(HELLO);
    stopOrigins();
    clients.docker("rmi", "shell:1");
    assertThat(clients.docker("pull", "shell:1")).contains("Downloaded newer image");
    assertThat(clients.docker("run", "--rm", "--network", "none", "shell:1")).contains(HELLO);
    assertThat(daemon.isAlive()).isTrue();
    nothingWentPast();
  }

  @Test
  void containerd_pulls_from_three_upstreams_by_hosts_toml() {
    setUp("containerd");
    keep(clients.containerd());
    List<String> names =
        List.of("docker.io/library/shell:1", "ghcr.io/library/tool:2", "quay.io/team/tool:3");
    names.forEach(clients::ctrPull);
    stopOrigins();
    for (String name : names) {
      clients.ctr("images", "rm", "--sync", name);
      clients.ctr("content", "prune", "references");
      clients.ctrPull(name);
    }
    assertThat(clients.ctr("run", "--rm", "--snapshotter", "native", names.getFirst(), "c1"))
        .contains(HELLO);
    nothingWentPast();
  }

  @Test
  void podman_pulls_by_its_mirrors_and_by_a_prefix() {
    setUp("podman");
    for (String name : List.of("docker.io/library/shell:1", "quay.io/team/tool:3")) {
      clients.podman("pull", name);
    }
    String prefixed = edge.address() + "/ghcr.io/library/tool:2";
    clients.podman("pull", "--tls-verify=false", prefixed);
    assertThat(clients.podman("image", "inspect", "--format={{.Architecture}}", prefixed))
        .contains("amd64");
    stopOrigins();
    clients.podman("rmi", "--all", "--force");
    clients.podman("pull", "docker.io/library/shell:1");
    clients.podman("pull", "quay.io/team/tool:3");
    clients.podman("pull", "--tls-verify=false", prefixed);
    nothingWentPast();
  }

  @Test
  void skopeo_copies_by_tag_by_digest_and_all_platforms() {
    setUp("podman");
    String prefixed = "docker://" + edge.address() + "/ghcr.io/library/tool";
    String digest =
        clients
            .skopeo("inspect", "--format={{.Digest}}", "--tls-verify=false", prefixed + ":2")
            .strip();
    for (int round = 1; round <= 2; round++) {
      String target = "oci:" + directory.resolve("copy" + round) + ":";
      clients.skopeo("copy", "--all", "docker://docker.io/library/shell:1", target + "all");
      clients.skopeo("copy", "docker://docker.io/library/shell:1", target + "tag");
      clients.skopeo("copy", "--src-tls-verify=false", prefixed + "@" + digest, target + "digest");
      assertThat(clients.skopeo("list-tags", "--tls-verify=false", prefixed)).contains("\"2\"");
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
        Program.run(
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
}
