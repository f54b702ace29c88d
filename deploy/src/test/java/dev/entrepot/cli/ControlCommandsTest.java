package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.EdgePlace;
import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.wire.Enrolment;
import dev.entrepot.control.ControlPlane;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's commands against a real control plane. */
final class ControlCommandsTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write_a_settings_file() throws IOException {
    file = folder.resolve("control.yaml");
    Files.writeString(
        file,
        """
        listen:
          control: 127.0.0.1:0
          public-url: https://control.example:5002
          observe: 127.0.0.1:0
          admin: 127.0.0.1:0
        storage:
          directory: state
        """);
  }

  @Test
  void a_join_token_comes_with_all_that_an_edge_needs() {
    try (ControlPlane plane = start()) {
      CommandRun run = run(plane, "join-token", "create", "--node", "edge-1", "--life", "10m");
      assertThat(run.out())
          .contains("\npin: " + plane.pin() + "\n")
          .contains("control-plane:\n  url: https://control.example:5002\n")
          .contains("  ca-pin: " + plane.pin() + "\n")
          .endsWith("  node: edge-1\n");
      String token = run.out().lines().findFirst().orElseThrow().replace("token: ", "");
      assertThat(token).matches(Enrolment.TOKEN);
      assertThat(run.out()).contains("  join-token: " + token + "\n");
    }
  }

  @Test
  void a_site_gets_one_file_with_which_its_edges_start() throws IOException {
    Path site = folder.resolve("site.yml");
    try (ControlPlane plane = start()) {
      CommandRun run =
          run(
              plane,
              "join-token",
              "create",
              "--uses",
              "2",
              "--members",
              "10.0.0.11,10.0.0.12",
              "--out",
              site.toString());
      assertThat(run.out()).startsWith("wrote " + site);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(site)))
          .isEqualTo("rw-------");
      EdgeSettings edge =
          new EdgePlace(
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of("10.0.0.12"),
                  Optional.of("edge-2"))
              .in(settings(site));
      EdgeSettings.Cluster cluster = edge.cluster().orElseThrow();
      assertThat(cluster.members()).containsExactly("10.0.0.11:5701", "10.0.0.12:5701");
      assertThat(cluster.address()).hasToString("10.0.0.12:5701");
      assertThat(cluster.peer().url()).hasToString("https://10.0.0.12:5444");
      assertThat(cluster.secret().reveal()).hasSize(43);
      assertThat(edge.control().orElseThrow().pin()).contains(plane.pin());
      assertThat(edge.control().orElseThrow().joinToken()).isPresent();
      CommandRun again = new CommandRun();
      assertThat(
              again.run("join-token", "create", "--members", "10.0.0.11", "--out", site.toString()))
          .isEqualTo(1);
      assertThat(again.err()).contains("exists already");
    }
  }

  /** What the operator names is what the control plane keeps with the token. */
  @Test
  void members_and_hosts_are_what_certificates_may_be_good_for() {
    Path site = folder.resolve("site.yml");
    try (ControlPlane plane = start()) {
      run(
          plane,
          "join-token",
          "create",
          "--members",
          "10.0.0.11,10.0.0.12",
          "--host",
          "e1.lan",
          "--host",
          "e2.lan",
          "--out",
          site.toString());
      String token = settings(site).control().orElseThrow().joinToken().orElseThrow().reveal();
      List<String> join = join(plane, token, "10.0.0.12", "e2.lan");
      assertThat(new CommandRun().run(join.toArray(String[]::new))).isZero();
    }
  }

  @Test
  void a_name_that_nobody_named_is_refused_with_what_to_do() {
    try (ControlPlane plane = start()) {
      String said = run(plane, "join-token", "create").out();
      String token = said.lines().findFirst().orElseThrow().replace("token: ", "");
      CommandRun refused = new CommandRun();
      assertThat(refused.run(join(plane, token, "registry-1.docker.io").toArray(String[]::new)))
          .isEqualTo(1);
      assertThat(refused.err())
          .contains("names no hosts", "join-token create --host registry-1.docker.io");
      assertThat(refused.err().lines()).hasSize(1);
      CommandRun wrong = new CommandRun();
      assertThat(
              wrong.run(
                  "join-token", "create", "--host", "*", "--admin", "http://" + plane.admin()))
          .isEqualTo(1);
      assertThat(wrong.err()).contains("neither a DNS name nor an address");
    }
  }

  private List<String> join(ControlPlane plane, String token, String... names) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "join",
                "--url",
                "https://127.0.0.1:" + plane.port(),
                "--token",
                token,
                "--pin",
                plane.pin(),
                "--node",
                "edge-1",
                "--credentials",
                folder.resolve("credentials").toString()));
    Stream.of(names).forEach(name -> all.addAll(List.of("--san", name)));
    return all;
  }

  private static EdgeSettings settings(Path file) {
    return switch (EdgeSettings.read(Optional.of(file), Map.of())) {
      case EdgeSettings.Result.Ok(EdgeSettings settings) -> settings;
      case EdgeSettings.Result.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  @Test
  void keys_are_listed_and_rotated() {
    try (ControlPlane plane = start()) {
      String before = run(plane, "keys", "list").out();
      assertThat(before).startsWith("KEY").contains("active", "future").doesNotContain("retired");
      assertThat(run(plane, "keys", "rotate", "--force").out())
          .startsWith("tokens are signed by the key ");
      assertThat(run(plane, "keys", "list").out()).contains("retired");
    }
  }

  @Test
  void tokens_are_revoked_by_exactly_one_criterion() {
    try (ControlPlane plane = start()) {
      assertThat(run(plane, "token", "revoke", "--jti", "abc").out()).contains("the token abc");
      assertThat(run(plane, "token", "revoke", "--subject", "eve").out())
          .isEqualToIgnoringNewLines(
              "revoked: tokens of the subject eve issued until now; effective on connected edges"
                  + " within 5 s");
      assertThat(run(plane, "token", "revoke", "--all").out()).contains("every token issued");
      CommandRun both = new CommandRun();
      assertThat(both.run("token", "revoke", "--jti", "abc", "--all")).isEqualTo(1);
      assertThat(both.err())
          .isEqualTo("entrepot: give one of --jti ID, --subject NAME and --all\n");
    }
  }

  @Test
  void a_node_that_never_joined_cannot_be_removed() {
    try (ControlPlane plane = start()) {
      assertThat(run(plane, "node", "list").out()).startsWith("NODE");
      CommandRun run = new CommandRun();
      assertThat(run.run("node", "remove", "edge-9", "--admin", "http://" + plane.admin()))
          .isEqualTo(1);
      assertThat(run.err()).isEqualTo("entrepot: there is no node edge-9\n");
    }
  }

  @Test
  void a_backup_is_restored_into_an_empty_directory_alone() throws IOException {
    String installation;
    Path backup = folder.resolve("backup");
    try (ControlPlane plane = start()) {
      installation = plane.installation();
      run(plane, "control-plane", "backup", "--to", backup.toString());
    }
    CommandRun refused = new CommandRun();
    assertThat(
            refused.run(
                "control-plane",
                "restore",
                "--from",
                backup.toString(),
                "--config",
                file.toString()))
        .isEqualTo(1);
    assertThat(refused.err()).contains("a restore goes into an empty directory");
    Files.move(folder.resolve("state"), folder.resolve("lost"));
    CommandRun restored = new CommandRun();
    assertThat(
            restored.run(
                "control-plane",
                "restore",
                "--from",
                backup.toString(),
                "--config",
                file.toString()))
        .isEqualTo(0);
    assertThat(restored.out())
        .contains(
            "is restored to", "join tokens from before are void", "entrepot node remove NAME");
    try (ControlPlane plane = start()) {
      assertThat(plane.installation()).isEqualTo(installation);
    }
  }

  @Test
  void without_a_control_plane_one_sentence_says_so() {
    CommandRun run = new CommandRun();
    assertThat(run.run("keys", "list", "--admin", "http://127.0.0.1:1")).isEqualTo(1);
    assertThat(run.err()).startsWith("entrepot: no control plane answers at http://127.0.0.1:1: ");
    assertThat(run.err().lines()).hasSize(1);
    CommandRun nonsense = new CommandRun();
    assertThat(nonsense.run("keys", "list", "--admin", "here")).isEqualTo(1);
    assertThat(nonsense.err()).contains("is no URL of http");
    CommandRun plain = new CommandRun();
    assertThat(plain.run("control-plane", "--url", "http://control.example")).isEqualTo(1);
    assertThat(plain.err()).contains("give https://HOST:PORT");
    CommandRun bare = new CommandRun();
    assertThat(bare.run("control-plane", "--url", "127.0.0.35:7502")).isEqualTo(2);
    assertThat(bare.err())
        .contains("--url", "https:// is missing before \"127.0.0.35:7502\"")
        .doesNotContain("Exception");
  }

  @Test
  void a_load_on_a_door_of_the_own_authority_says_which_option_names_it() {
    try (ControlPlane plane = start()) {
      String image = "https://127.0.0.1:" + plane.port() + "/a:1";
      CommandRun run = new CommandRun();
      assertThat(run.run("loadtest", "pull", "--quiet", "--pulls", "1", image)).isEqualTo(1);
      assertThat(run.out())
          .contains("its certificate is not trusted; name its authority with --ca FILE")
          .contains("--insecure")
          .doesNotContain("PKIX");
    }
  }

  @Test
  void an_edge_that_is_named_like_the_control_plane_gets_no_join_token() {
    Path site = folder.resolve("site.yml");
    try (ControlPlane plane = start()) {
      CommandRun run = new CommandRun();
      assertThat(
              run.run(
                  "join-token",
                  "create",
                  "--members",
                  "10.0.0.11,Control.example",
                  "--out",
                  site.toString(),
                  "--admin",
                  "http://" + plane.admin()))
          .isEqualTo(1);
      assertThat(run.err())
          .contains("Control.example is the control plane's own name", "of its own")
          .hasLineCount(1);
      assertThat(site).doesNotExist();
    }
  }

  @Test
  void the_greeting_has_what_operators_need() {
    try (ControlPlane plane = start()) {
      StringWriter out = new StringWriter();
      ControlLauncher.greet(plane, settings(), new PrintWriter(out, true));
      assertThat(out.toString())
          .contains("listens on 127.0.0.1:" + plane.port())
          .contains("https://control.example:5002", plane.pin(), "http://" + plane.admin());
    }
  }

  private ControlSettings settings() {
    return SettingsFile.control(Optional.of(file), Map.of());
  }

  private ControlPlane start() {
    return ControlPlane.start(settings());
  }

  private static CommandRun run(ControlPlane plane, String... arguments) {
    CommandRun run = new CommandRun();
    String[] all =
        Stream.concat(Stream.of(arguments), Stream.of("--admin", "http://" + plane.admin()))
            .toArray(String[]::new);
    assertThat(run.run(all)).as(run::err).isEqualTo(0);
    return run;
  }
}
