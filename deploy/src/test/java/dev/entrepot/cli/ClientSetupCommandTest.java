package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClientSetupCommandTest {
  private static final String EDGE = "http://mirror.example:5000";

  private final CommandRun command = new CommandRun();

  @TempDir Path folder;

  @Test
  void docker_gets_a_mirror_and_the_command_that_loads_it() {
    assertThat(command.run("client-setup", "docker", "--url", EDGE)).isZero();
    assertThat(command.out())
        .contains(
            "# /etc/docker/daemon.json",
            """
            {
              "registry-mirrors": ["http://mirror.example:5000"],
              "insecure-registries": ["mirror.example:5000"]
            }
            """,
            "# Then run: systemctl reload docker",
            "dockerd uses mirrors for docker.io alone");
  }

  @Test
  void docker_trusts_only_plain_http_edges_without_a_certificate() throws IOException {
    write("docker", "--url", "https://a.example", "--url", "http://b.example:5000");

    assertThat(read("etc/docker/daemon.json"))
        .isEqualTo(
            """
            {
              "registry-mirrors": ["https://a.example", "http://b.example:5000"],
              "insecure-registries": ["b.example:5000"]
            }
            """);
  }

  @Test
  void docker_cannot_be_kept_from_falling_back_and_is_told_so() {
    assertThat(command.run("client-setup", "docker", "--no-fallback")).isZero();
    assertThat(command.out()).contains("only a firewall keeps it in");
  }

  @Test
  void containerd_gets_a_file_for_each_registry() throws IOException {
    write("containerd", "--url", EDGE);

    assertThat(read("etc/containerd/certs.d/docker.io/hosts.toml"))
        .isEqualTo(
            """
            server = "https://registry-1.docker.io"

            [host."http://mirror.example:5000"]
              capabilities = ["pull", "resolve"]
            """);
    assertThat(read("etc/containerd/certs.d/ghcr.io/hosts.toml"))
        .startsWith("server = \"https://ghcr.io\"");
    assertThat(read("etc/containerd/config.toml"))
        .contains("config_path = \"/etc/containerd/certs.d\"");
    assertThat(command.err()).contains("systemctl restart containerd");
  }

  @Test
  void containerd_without_fallback_knows_only_edges() throws IOException {
    write("containerd", "--url", "https://a.example", "--url", EDGE, "--no-fallback");

    assertThat(read("etc/containerd/certs.d/quay.io/hosts.toml"))
        .isEqualTo(
            """
            server = "http://mirror.example:5000"

            [host."https://a.example"]
              capabilities = ["pull", "resolve"]

            [host."http://mirror.example:5000"]
              capabilities = ["pull", "resolve"]
            """);
  }

  @Test
  void podman_gets_mirrors_that_name_the_registry_in_the_path() throws IOException {
    write("podman", "--url", EDGE, "--upstream", "docker.io", "--upstream", "ghcr.io");

    assertThat(read("etc/containers/registries.conf.d/50-entrepot.conf"))
        .isEqualTo(
            """
            [[registry]]
            prefix = "docker.io"
            location = "docker.io"

            [[registry.mirror]]
            location = "mirror.example:5000/docker.io"
            insecure = true

            [[registry]]
            prefix = "ghcr.io"
            location = "ghcr.io"

            [[registry.mirror]]
            location = "mirror.example:5000/ghcr.io"
            insecure = true
            """);
  }

  @Test
  void podman_without_fallback_goes_to_edges_alone() throws IOException {
    write(
        "podman",
        "--url",
        "https://a.example",
        "--url",
        EDGE,
        "--upstream",
        "quay.io",
        "--no-fallback");

    assertThat(read("etc/containers/registries.conf.d/50-entrepot.conf"))
        .isEqualTo(
            """
            [[registry]]
            prefix = "quay.io"
            location = "mirror.example:5000/quay.io"
            insecure = true

            [[registry.mirror]]
            location = "a.example/quay.io"
            """);
  }

  @Test
  void the_edges_own_settings_say_where_it_is_and_what_it_answers_for() throws IOException {
    Path settings =
        Files.writeString(
            folder.resolve("edge.yaml"),
            """
            listen: {registry: [{address: 127.0.0.1:6000}]}
            builtin-upstreams: false
            upstreams:
              - {name: "127.0.0.1:6001", urls: ["http://127.0.0.1:6001"], aliases: [origin]}
            """);

    write("podman", "--config", settings.toString());
    write("containerd", "--config", settings.toString());

    assertThat(read("etc/containers/registries.conf.d/50-entrepot.conf"))
        .isEqualTo(
            """
            [[registry]]
            prefix = "127.0.0.1:6001"
            location = "127.0.0.1:6001"
            insecure = true

            [[registry.mirror]]
            location = "127.0.0.1:6000/origin"
            insecure = true
            """);
    assertThat(read("etc/containerd/certs.d/127.0.0.1_6001_/hosts.toml"))
        .contains("server = \"http://127.0.0.1:6001\"", "[host.\"http://127.0.0.1:6000\"]");
  }

  @Test
  void a_registry_below_a_wildcard_can_be_named() throws IOException {
    write("containerd", "--url", EDGE, "--upstream", "europe-docker.pkg.dev");

    assertThat(read("etc/containerd/certs.d/europe-docker.pkg.dev/hosts.toml"))
        .startsWith("server = \"https://europe-docker.pkg.dev\"");
  }

  @Test
  void what_the_edge_does_not_know_is_refused() {
    assertThat(command.run("client-setup", "podman", "--upstream", "nowhere.example")).isEqualTo(1);
    assertThat(command.err())
        .contains("nowhere.example is not known to the edge; it knows docker.io");
  }

  @Test
  void an_url_that_no_client_would_take_is_refused() {
    List<String> urls =
        List.of("mirror.example:5000", "ftp://a", "http://u:p@a", "http://a/path", "http://a b");

    assertThat(urls).allSatisfy(url -> assertThat(run("docker", "--url", url)).isEqualTo(1));
    assertThat(command.err()).contains("give one such as http://mirror.example:5000");
  }

  @Test
  void another_configuration_is_never_written_over() throws IOException {
    Path file = folder.resolve("etc/docker/daemon.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"data-root\": \"/data\"}");

    assertThat(run("docker", "--format", "files", "--root", folder.toString())).isEqualTo(1);
    assertThat(command.err()).contains("is there already", "registry-mirrors");
    assertThat(file).hasContent("{\"data-root\": \"/data\"}");
  }

  @Test
  void files_need_a_place_and_say_where_they_went() throws IOException {
    assertThat(run("docker", "--format", "files")).isEqualTo(1);
    assertThat(command.err()).contains("--root DIR");

    write("docker");
    assertThat(command.out().strip())
        .isEqualTo(folder.resolve("etc/docker/daemon.json").toString());
  }

  @Test
  void a_client_that_is_not_known_is_not_understood() {
    assertThat(command.run("client-setup", "dokcer")).isEqualTo(2);
    assertThat(command.err()).contains("DOCKER, CONTAINERD, PODMAN", "dokcer");
  }

  private void write(String... arguments) {
    String[] all =
        Stream.concat(
                Stream.of(arguments), Stream.of("--format", "files", "--root", folder.toString()))
            .toArray(String[]::new);
    assertThat(run(all)).as(command.err()).isZero();
  }

  private int run(String... arguments) {
    return command.run(
        Stream.concat(Stream.of("client-setup"), Stream.of(arguments)).toArray(String[]::new));
  }

  private String read(String path) throws IOException {
    return Files.readString(folder.resolve(path));
  }
}
