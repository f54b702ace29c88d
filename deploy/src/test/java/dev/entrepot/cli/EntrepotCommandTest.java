package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.EdgeSettings.Logging.Format;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EntrepotCommandTest {
  private final CommandRun command = new CommandRun();

  @TempDir Path folder;

  // The commands choose a Logback file for their process; other tests share this one.
  @AfterEach
  void forget_the_choice_of_logging() {
    System.clearProperty("logback.configurationFile");
    System.clearProperty("entrepot.log.level");
  }

  @Test
  void help_names_every_command() {
    assertThat(command.run("--help")).isZero();
    assertThat(command.out())
        .contains("standalone", "edge", "check-config", "client-setup", "generate-completion");
  }

  @Test
  void without_a_word_the_help_is_shown() {
    assertThat(command.run()).isEqualTo(2);
    assertThat(command.err()).contains("Usage: entrepot", "client-setup");
  }

  @Test
  void every_command_explains_its_options() {
    assertThat(command.run("standalone", "--help")).isZero();
    assertThat(command.run("client-setup", "--help")).isZero();
    assertThat(command.out())
        .contains("--data=DIR", "--port=PORT", "--no-fallback", "docker, containerd, podman");
  }

  @Test
  void the_version_is_told() {
    assertThat(command.run("--version")).isZero();
    assertThat(command.out()).startsWith("entrepot ");
  }

  @Test
  void completion_is_a_script_for_the_shell() {
    assertThat(command.run("generate-completion")).isZero();
    assertThat(command.out()).contains("complete -F", "client-setup");
  }

  @Test
  void standalone_works_with_no_file_at_all() {
    assertThat(command.run("standalone")).isZero();
    assertThat(command.started())
        .singleElement()
        .extracting(settings -> settings.listen().registry().getFirst().address())
        .isEqualTo(ListenAddress.parse("0.0.0.0:5000"));
  }

  @Test
  void options_are_stronger_than_the_file() throws IOException {
    Path file =
        write(
            "storage: {volumes: [{directory: from-file}]}\n"
                + "listen: {registry: [{address: 127.0.0.1:1}]}");

    assertThat(command.run("standalone", "--config", file.toString(), "--data", "d", "--port", "7"))
        .isZero();
    assertThat(command.started().getFirst().storage().directory()).isEqualTo(Path.of("d"));
    assertThat(
            command.started().getFirst().listen().registry().stream()
                .map(EdgeSettings.Door::address))
        .containsExactly(ListenAddress.parse("127.0.0.1:7"));
  }

  @Test
  void a_port_that_is_none_is_refused() {
    assertThat(command.run("standalone", "--port", "65536")).isEqualTo(1);
    assertThat(command.err()).contains("--port 65536 is no port");
    assertThat(command.run("standalone", "--port", "many")).isEqualTo(2);
  }

  @Test
  void an_edge_needs_a_file() {
    assertThat(command.run("edge")).isEqualTo(2);
    assertThat(command.err()).contains("--config", "See entrepot edge --help");
  }

  @Test
  void a_required_option_that_was_written_wrongly_is_named() {
    assertThat(command.run("edge", "--konfig", "x")).isEqualTo(2);
    assertThat(command.err())
        .contains("Unknown option", "'--konfig'", "See entrepot edge --help")
        .doesNotContain("Missing");
  }

  @Test
  void a_good_file_is_called_good_for_an_edge_or_a_control_plane() throws IOException {
    String edge = write("storage: {volumes: [{directory: blobs}]}").toString();
    String control =
        Files.writeString(
                folder.resolve("control.yaml"),
                "listen: {public-url: \"https://c.example:5002\"}\nstorage: {directory: state}")
            .toString();
    String either = Files.writeString(folder.resolve("either.yaml"), "drain: 5s").toString();

    assertThat(command.run("check-config", edge)).isZero();
    assertThat(command.run("check-config", control)).isZero();
    assertThat(command.run("check-config", either)).isZero();
    assertThat(command.out().lines())
        .containsExactly(
            edge + " is a good file for an edge",
            control + " is a good file for a control plane",
            either + " is a good file for an edge, and for a control plane");
  }

  @Test
  void a_bad_file_is_refused_as_what_it_is_nearest_to() throws IOException {
    String control =
        write(
                """
                listen: {control: here, public-url: "https://c.example:5002"}
                storage: {directory: state}
                nodes: {certificate-life: 30d}
                """)
            .toString();

    assertThat(command.run("check-config", control)).isEqualTo(1);
    assertThat(command.err())
        .contains(control + " is refused as a control plane's file, 1 complaint", "listen.control");
    assertThat(command.run("check-config", folder.resolve("none").toString())).isEqualTo(1);
    assertThat(command.err()).contains("the configuration is refused, 1 complaint", "no such file");
  }

  @Test
  void a_bad_configuration_is_refused_with_every_complaint() throws IOException {
    String file = write("drain: soon\nlimts: {}\n").toString();

    assertThat(command.run("check-config", file)).isEqualTo(1);
    assertThat(command.err())
        .contains("2 complaints", "drain (line 1): \"soon\"", "did you mean limits?")
        .doesNotContain("\tat ");
    assertThat(command.run("edge", "--config", file)).isEqualTo(1);
    assertThat(command.started()).isEmpty();
  }

  @Test
  void the_environment_reaches_the_settings() {
    assertThat(command.run(Map.of("ENTREPOT_DRAIN", "7s"), "standalone")).isZero();
    assertThat(command.started().getFirst().drain()).hasSeconds(7);
  }

  @Test
  void a_refusal_to_start_is_one_sentence() {
    CommandRun refusing =
        new CommandRun((_, _, _) -> {
          throw new Refusal("port 5000 is taken; choose another with --port");
        });

    assertThat(refusing.run("standalone")).isEqualTo(1);
    assertThat(refusing.err())
        .isEqualToIgnoringNewLines("entrepot: port 5000 is taken; choose another with --port");
  }

  @Test
  void a_bug_keeps_its_trace() {
    CommandRun broken =
        new CommandRun((_, _, _) -> {
          throw new IllegalStateException("broken");
        });

    assertThat(broken.run("standalone")).isEqualTo(70);
    assertThat(broken.err()).contains("unforeseen failure", "IllegalStateException: broken");
  }

  @Test
  void an_unknown_option_is_named() {
    assertThat(command.run("standalone", "--prot", "5000")).isEqualTo(2);
    assertThat(command.err()).contains("--prot", "See entrepot standalone --help");
  }

  @Test
  void logs_are_for_people_on_a_terminal_alone() {
    assertThat(LoggingSetup.file(Format.AUTO, true)).isEqualTo("logback-human.xml");
    assertThat(LoggingSetup.file(Format.AUTO, false)).isEqualTo("logback-ecs.xml");
    assertThat(LoggingSetup.file(Format.ECS, true)).isEqualTo("logback-ecs.xml");
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("edge.yaml"), yaml);
  }
}
