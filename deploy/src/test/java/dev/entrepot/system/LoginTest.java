package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real clients log in, or need not. One edge trusts this machine and has a second door that always
 * asks; another trusts nobody.
 */
final class LoginTest {
  private static final Duration CURL = Duration.ofSeconds(30);
  private static final Pattern TOKEN = Pattern.compile("\"token\" ?: ?\"([^\"]+)\"");

  @TempDir(cleanup = CleanupMode.NEVER)
  Path directory;

  private final List<AutoCloseable> parts = new ArrayList<>();
  private final int asking = Ports.free();
  private EdgeProcess friendly;
  private EdgeProcess strict;
  private Clients clients;

  @BeforeEach
  void start() throws IOException {
    Programs.needRoot();
    Origin hub = keep(Origin.start(directory.resolve("hub"), Origin.Door.PLAIN));
    Origin corp = keep(Origin.start(directory.resolve("corp"), Origin.Door.BASIC));
    hub.push(TestImage.write(directory.resolve("shell"), 1, 300_000), "library/shell:1");
    corp.push(TestImage.write(directory.resolve("secret"), 2, 300_000), "team/secret:1");
    Path users = directory.resolve("users");
    Running.run(
        directory,
        CURL,
        Programs.need("htpasswd", "apache2-utils"),
        "-Bbc",
        users.toString(),
        "alice",
        "wonderland");
    Files.writeString(
        users, Files.readString(users) + "bob:" + TokenClient.bcrypt("builder") + "\n");
    String upstreams =
        """
        upstreams:
          - {name: docker.io, urls: ["%s"]}
          - name: corp.example
            urls: ["%s"]
            credentials: {username: %s, password: %s}
        users: {htpasswd: %s}
        """
            .formatted(hub.url(), corp.url(), Origin.USER, Origin.PASSWORD, users);
    friendly = edge("friendly", "127.0.0.1/32", upstreams);
    strict = edge("strict", "192.0.2.1/32", upstreams);
    clients = new Clients(directory, keep(new Fallback(directory)), directory.resolve("root"));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable part : parts.reversed()) {
      part.close();
    }
  }

  @Test
  void docker_login_means_something_beside_anonymous_mirrors() throws IOException {
    Path etc = Files.createDirectories(directory.resolve("root/etc/docker"));
    Files.writeString(
        etc.resolve("daemon.json"), "{\"registry-mirrors\": [\"%s\"]}".formatted(friendly.url()));
    keep(clients.dockerd());
    String door = "127.0.0.1:" + asking;

    assertThat(clients.docker("pull", "shell:1")).contains("Downloaded newer image");
    assertThat(clients.tryDocker("pull", door + "/corp.example/team/secret:1").exitCode())
        .as("without a login")
        .isNotZero();
    Running.Outcome wrong = clients.tryDocker("login", "-u", "alice", "-p", "wrong", door);
    assertThat(wrong.exitCode()).as(wrong.output()).isNotZero();
    assertThat(clients.docker("login", "-u", "alice", "-p", "wonderland", door))
        .contains("Login Succeeded");
    assertThat(clients.docker("pull", door + "/corp.example/team/secret:1"))
        .contains("Downloaded newer image");
    clients.docker("rmi", "shell:1");
    assertThat(clients.docker("pull", "shell:1")).contains("Downloaded newer image");
    assertThat(clients.docker("login", "-u", "bob", "-p", "builder", door))
        .contains("Login Succeeded");
    clients.docker("rmi", door + "/corp.example/team/secret:1");
    assertThat(clients.tryDocker("pull", door + "/corp.example/team/secret:1").exitCode())
        .as("somebody without the grant")
        .isNotZero();
  }

  @Test
  void podman_and_skopeo_pull_with_credentials_from_where_nobody_is_trusted() {
    String shell = strict.address() + "/docker.io/library/shell:1";
    String secret = strict.address() + "/corp.example/team/secret:1";

    assertThat(skopeo("inspect", "docker://" + shell).exitCode()).as("anonymous").isNotZero();
    assertThat(skopeo("inspect", "--creds=bob:wrong", "docker://" + shell).exitCode()).isNotZero();
    for (String creds : List.of("bob:builder", "alice:wonderland")) {
      Running.Outcome public_ = skopeo("inspect", "--creds=" + creds, "docker://" + shell);
      assertThat(public_.exitCode()).as(public_.output()).isZero();
    }
    Running.Outcome closed = skopeo("inspect", "--creds=bob:builder", "docker://" + secret);
    assertThat(closed.exitCode()).as(closed.output()).isNotZero();
    Running.Outcome open = skopeo("inspect", "--creds=alice:wonderland", "docker://" + secret);
    assertThat(open.exitCode()).as(open.output()).isZero();

    clients.podman("pull", "--tls-verify=false", "--creds=bob:builder", shell);
    clients.podman("pull", "--tls-verify=false", "--creds=alice:wonderland", secret);
  }

  @Test
  void curl_asks_for_a_token_as_the_guide_says() {
    String url = friendly.url().replace(friendly.address(), "127.0.0.1:" + asking);
    String manifest = url + "/v2/corp.example/team/secret/manifests/1";
    String account = "{\"username\":\"alice\",\"password\":\"wonderland\"}";
    String query = "?service=entrepot&scope=repository:corp.example/team/secret:pull";

    assertThat(curl("-sS", "-o", "/dev/null", "-w", "%{http_code}", manifest)).isEqualTo("401");
    String cut = token(curl("-sSf", "-X", "POST", url + "/token?service=entrepot", "-d", account));
    assertThat(status(manifest, cut)).as("a login token has no access").isEqualTo("401");
    String whole = token(curl("-sSf", "-X", "POST", url + "/token" + query, "-d", account));
    assertThat(status(manifest, whole)).isEqualTo("200");
    String typed =
        token(
            curl(
                "-sSf",
                "-H",
                "Content-Type: application/json",
                "-d",
                account,
                url + "/token" + query));
    assertThat(status(manifest, typed)).isEqualTo("200");
    String form =
        token(
            curl(
                "-sSf",
                "-d",
                "grant_type=password&service=entrepot&username=alice&password=wonderland"
                    + "&scope=repository:corp.example/team/secret:pull",
                url + "/token"));
    assertThat(status(manifest, form)).isEqualTo("200");
    String basic = token(curl("-sSf", "-u", "alice:wonderland", url + "/token" + query));
    assertThat(status(manifest, basic)).isEqualTo("200");
  }

  @Test
  void an_untrusted_address_is_asked_for_a_token_where_a_trusted_one_is_not() {
    String manifest = friendly.url() + "/v2/library/shell/manifests/1";

    assertThat(curl("-sS", "-o", "/dev/null", "-w", "%{http_code}", manifest)).isEqualTo("200");
    String head = curl("-sS", "-D", "-", "-o", "/dev/null", "--interface", "127.0.0.2", manifest);
    assertThat(head)
        .contains("401")
        .containsIgnoringCase("WWW-Authenticate: Bearer realm=\"" + friendly.url() + "/token\"")
        .contains("scope=\"repository:docker.io/library/shell:pull\"");
    String token =
        token(
            curl(
                "-sSf",
                "--interface",
                "127.0.0.2",
                "-u",
                "bob:builder",
                friendly.url()
                    + "/token?service=entrepot&scope=repository:docker.io/library/shell:pull"));
    assertThat(
            curl(
                "-sS",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "--interface",
                "127.0.0.2",
                "-H",
                "Authorization: Bearer " + token,
                manifest))
        .isEqualTo("200");
  }

  @Test
  void operators_reach_a_standalone_control_plane_by_the_edges_admin_door() {
    String url = friendly.url().replace(friendly.address(), "127.0.0.1:" + asking);
    String manifest = url + "/v2/library/shell/manifests/1";
    String ask = url + "/token?service=entrepot&scope=repository:docker.io/library/shell:pull";
    String before = token(curl("-sSf", "-u", "bob:builder", ask));

    assertThat(operator("keys", "rotate", "--force").exitCode()).isZero();
    String after = token(curl("-sSf", "-u", "bob:builder", ask));
    assertThat(status(manifest, before)).isEqualTo("200");
    assertThat(status(manifest, after)).isEqualTo("200");

    assertThat(operator("token", "revoke", "--jti", TokenClient.id(before)).exitCode()).isZero();
    friendly.await(() -> status(manifest, before).equals("401"));
    assertThat(status(manifest, after)).isEqualTo("200");
    Running.Outcome joining = operator("join-token", "create");
    assertThat(joining.exitCode()).isEqualTo(1);
    assertThat(joining.output()).contains("standalone");
  }

  private Running.Outcome operator(String... arguments) {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addAll(List.of("--admin", "http://127.0.0.1:" + friendly.adminPort()));
    return Program.run(directory, command.toArray(String[]::new));
  }

  private EdgeProcess edge(String name, String trusted, String upstreams) {
    boolean asks = name.equals("friendly");
    return keep(
        new EdgeProcess(
                directory.resolve(name),
                "127.0.0.1",
                asks ? ", {address: \"127.0.0.1:" + asking + "\", challenge: always}" : "",
                upstreams
                    + """
                    access:
                      trusted-networks: [%s]
                      rules:
                        - {users: ["*"], repositories: ["**"], public-only: true}
                        - {users: [alice], repositories: ["corp.example/**"]}
                    """
                        .formatted(trusted))
            .startStandalone());
  }

  private Running.Outcome skopeo(String what, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Programs.need("skopeo", "skopeo"));
    command.addAll(List.of(what, "--tls-verify=false"));
    command.addAll(List.of(arguments));
    return clients.tryRun(command.toArray(String[]::new));
  }

  private String status(String url, String token) {
    return curl(
        "-sS",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        "-H",
        "Authorization: Bearer " + token,
        url);
  }

  private String curl(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Programs.need("curl", "curl"));
    command.addAll(List.of(arguments));
    return Running.run(directory, CURL, command.toArray(String[]::new));
  }

  private static String token(String answer) {
    Matcher matcher = TOKEN.matcher(answer);
    assertThat(matcher.find()).as(answer).isTrue();
    return matcher.group(1);
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.add(part);
    return part;
  }
}
