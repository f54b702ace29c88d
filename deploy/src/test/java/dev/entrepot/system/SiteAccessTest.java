package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Auth;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import dev.entrepot.system.Hashes.Read;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three edges under a control plane, each a process: who may pull what, whatever happens. */
@Timeout(240)
class SiteAccessTest {
  private static final Duration QUICK = Duration.ofSeconds(20);

  /** Within which what the control plane decides holds on edges, and an edge is ready again. */
  private static final Duration EFFECTIVE = Duration.ofSeconds(5);

  @TempDir Path directory;
  private final ScriptedRegistry hub = ScriptedRegistry.start();
  private final ScriptedRegistry corp =
      ScriptedRegistry.start(new Auth.Basic(new Auth.Account("bot", "secret")));
  private Site site;
  private TokenClient tokens;

  @BeforeEach
  void start() throws IOException {
    Path users = directory.resolve("users");
    Files.writeString(
        users,
        "alice:"
            + TokenClient.bcrypt("wonderland")
            + "\nbob:"
            + TokenClient.bcrypt("builder")
            + "\n");
    site =
        new Site(
                host(),
                directory.resolve("site"),
                3,
                """
                users: {htpasswd: %s}
                access:
                  rules:
                    - {users: ["*"], repositories: ["**"], public-only: true}
                    - {users: [alice], repositories: ["corp.example/**"]}
                """
                    .formatted(users),
                """
                upstreams:
                  - {name: docker.io, urls: ["%s"]}
                  - {name: corp.example, urls: ["%s"], credentials: {username: bot, password: secret}}
                """
                    .formatted(hub.uri(), corp.uri()))
            .start();
    tokens = new TokenClient(site.control());
  }

  /** Where the site runs. */
  Host host() {
    return Host.PROCESSES;
  }

  @AfterEach
  void end() {
    site.close();
    hub.close();
    corp.close();
  }

  @Test
  void a_private_repository_is_closed_to_who_has_no_grant_on_every_edge() throws Exception {
    Image image = corp.contents().image("team/secret", "1", 2_000_000);
    Digest layer = image.layers().getFirst().digest();
    String alice = tokens.get("alice", "wonderland", "corp.example/team/secret");
    for (int n = 0; n < 3; n++) {
      String base = site.askingUrl(n) + "/v2/corp.example/team/secret";
      assertThat(Hashes.read(base + "/manifests/1", alice).digest())
          .isEqualTo(image.manifest().digest());
      assertThat(Hashes.read(base + "/blobs/" + layer, alice).digest()).isEqualTo(layer);
    }
    String bob = tokens.get("bob", "builder", "corp.example/team/secret");

    for (int n = 0; n < 3; n++) {
      for (String what : List.of("manifests/1", "blobs/" + layer)) {
        Read closed = Hashes.read(site.askingUrl(n) + "/v2/corp.example/team/secret/" + what, bob);
        Read unknown =
            Hashes.read(site.askingUrl(n) + "/v2/corp.example/team/nothing/" + what, bob);
        assertThat(closed.status()).isEqualTo(401).isEqualTo(unknown.status());
        assertThat(closed.challenge().replace("secret", "nothing")).isEqualTo(unknown.challenge());
        Read anonymous =
            Hashes.read(site.edges().get(n).url() + "/v2/corp.example/team/secret/" + what, "");
        assertThat(anonymous.status()).isEqualTo(401);
      }
      assertLooksUnknown(n, layer, bob);
    }
    corp.refuseConnections();
    for (int n = 0; n < 3; n++) {
      assertLooksUnknown(n, layer, bob);
    }
  }

  /** However it is asked for, with the bytes at hand. */
  private void assertLooksUnknown(int edge, Digest layer, String token) throws IOException {
    for (String what :
        List.of("manifests/1", "blobs/" + layer, "tags/list", "referrers/" + layer)) {
      for (String method : List.of("GET", "HEAD")) {
        for (String range : List.of("", "bytes=0-9")) {
          String base = site.askingUrl(edge) + "/v2/corp.example/team/";
          Shape closed = Shape.of(method, base + "secret/" + what, token, range);
          Shape unknown = Shape.of(method, base + "nothing/" + what, token, range);
          assertThat(closed.status()).isEqualTo(401);
          assertThat(closed.named("secret", "nothing"))
              .as("%s %s %s", method, what, range)
              .isEqualTo(unknown);
        }
      }
    }
  }

  @Test
  void twenty_rotations_under_load_refuse_no_valid_token() throws Exception {
    hub.contents().image("library/app", "1", 1_000);
    AtomicBoolean over = new AtomicBoolean();
    Queue<String> given = new ConcurrentLinkedQueue<>();
    List<Future<List<Integer>>> load = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int n = 0; n < 6; n++) {
        String url = site.askingUrl(n % 3) + "/v2/library/app/manifests/1";
        load.add(
            clients.submit(() -> {
              List<Integer> refused = new ArrayList<>();
              while (!over.get()) {
                String token = tokens.get("bob", "builder", "docker.io/library/app");
                given.add(token);
                refused.add(status(url, token));
              }
              refused.removeIf(status -> status == 200);
              return refused;
            }));
      }
      try {
        for (int n = 0; n < 20; n++) {
          site.control().run("keys", "rotate", "--force");
        }
      } finally {
        over.set(true);
      }
      for (Future<List<Integer>> one : load) {
        assertThat(one.get()).isEmpty();
      }
    }
    assertThat(given).hasSizeGreaterThan(20);
    for (int n = 0; n < 3; n++) {
      String url = site.askingUrl(n) + "/v2/library/app/manifests/1";
      assertThat(given).as("all are still valid").allMatch(token -> status(url, token) == 200);
    }
  }

  @Test
  void what_a_user_was_given_is_refused_within_five_seconds_of_its_revocation() {
    hub.contents().image("library/app", "1", 1_000);
    String alice = tokens.get("alice", "wonderland", "docker.io/library/app");
    String bob = tokens.get("bob", "builder", "docker.io/library/app");
    List<String> urls = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      urls.add(site.askingUrl(n) + "/v2/library/app/manifests/1");
    }
    assertThat(urls).allMatch(url -> status(url, alice) == 200 && status(url, bob) == 200);

    site.control().run("token", "revoke", "--subject", "alice");

    Ports.await(
        EFFECTIVE, () -> "refused", () -> urls.stream().allMatch(url -> status(url, alice) == 401));
    assertThat(urls).as("others'").allMatch(url -> status(url, bob) == 200);
  }

  @Test
  void edges_go_on_without_their_control_plane_and_remember_what_was_revoked() throws Exception {
    Image image = hub.contents().image("library/app", "1", 1_000);
    String good = tokens.get("bob", "builder", "docker.io/library/app");
    String bad = tokens.get("alice", "wonderland", "docker.io/library/app");
    String path = "/v2/library/app/manifests/1";
    for (int n = 0; n < 3; n++) {
      assertThat(Hashes.read(site.askingUrl(n) + path, bad).status()).isEqualTo(200);
    }
    site.control().run("token", "revoke", "--jti", TokenClient.id(bad));
    for (int n = 0; n < 3; n++) {
      String url = site.askingUrl(n) + path;
      site.edges().get(n).await(() -> status(url, bad) == 401);
    }

    site.control().kill();
    List<Duration> starts = new ArrayList<>();
    for (EdgeProcess edge : site.edges()) {
      edge.kill();
      long begin = System.nanoTime();
      edge.start();
      starts.add(Duration.ofNanos(System.nanoTime() - begin));
    }
    // The quickest: what else the machine did meanwhile is not the edges' doing.
    assertThat(Collections.min(starts)).as("%s", starts).isLessThan(EFFECTIVE);

    for (int n = 0; n < 3; n++) {
      String url = site.askingUrl(n) + path;
      assertThat(Hashes.read(url, good).digest()).isEqualTo(image.manifest().digest());
      assertThat(Hashes.read(url, bad).status()).isEqualTo(401);
      assertThat(Hashes.read(site.edges().get(n).url() + path, "").status()).isEqualTo(200);
    }
  }

  @Test
  void the_door_between_edges_opens_to_edges_of_this_installation_alone() throws Exception {
    Image image = corp.contents().image("team/secret", "1", 10_000);
    Digest layer = image.layers().getFirst().digest();
    String alice = tokens.get("alice", "wonderland", "corp.example/team/secret");
    for (int n = 0; n < 3; n++) {
      String base = site.askingUrl(n) + "/v2/corp.example/team/secret";
      assertThat(Hashes.read(base + "/manifests/1", alice).status()).isEqualTo(200);
      assertThat(Hashes.read(base + "/blobs/" + layer, alice).status()).isEqualTo(200);
    }
    String blob = site.peerUrl(0) + "/v2/team/secret/blobs/" + layer + "?ns=corp.example";
    Path stranger = directory.resolve("stranger");
    ca("init", "--directory", stranger.resolve("ca").toString());
    ca(
        "issue",
        "--directory",
        stranger.resolve("ca").toString(),
        "--name",
        "127.0.0.1",
        "--peer",
        "--out",
        stranger.toString());
    Path own = site.credentials(1);

    String strangers = curl(blob, stranger.resolve("tls.crt"), stranger.resolve("tls.key"));
    assertThat(curl(blob)).isIn("000", "403");
    assertThat(strangers).isIn("000", "403");
    assertThat(curl(blob, own.resolve("node.crt"), own.resolve("node.key"))).isEqualTo("200");
    assertThat(
            curl(
                site.peerUrl(0) + "/v2/team/secret/tags/list?ns=corp.example",
                own.resolve("node.crt"),
                own.resolve("node.key")))
        .isEqualTo("421");
  }

  private void ca(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ca"));
    command.addAll(List.of(arguments));
    Running.Outcome outcome = Program.run(directory, command.toArray(String[]::new));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }

  /** The status, or 000 when there was no answer; with a certificate and its key, or without. */
  private String curl(String url, Path... pair) {
    List<String> command =
        new ArrayList<>(List.of(Programs.need("curl", "curl"), "-sk", "-o", "/dev/null", "-H"));
    command.addAll(List.of("Entrepot-Hop: 1", "-w", "%{http_code}", url));
    if (pair.length == 2) {
      command.addAll(List.of("--cert", pair[0].toString(), "--key", pair[1].toString()));
    }
    return Running.tryRun(directory, QUICK, Map.of(), command.toArray(String[]::new)).output();
  }

  private static int status(String url, String token) {
    try {
      return Hashes.read(url, token).status();
    } catch (IOException e) {
      return 0;
    }
  }
}
