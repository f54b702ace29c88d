package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.cli.EntrepotCommand;
import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.EdgeSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** The files of {@code deploy/systemd} and {@code deploy/docker}: they mean what they should. */
final class DeployedFilesTest {
  private static final String PROGRAM = "/opt/entrepot/bin/entrepot";
  private static final Duration QUICK = Duration.ofSeconds(30);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"entrepot-edge", "entrepot-control-plane"})
  void a_unit_is_one_that_systemd_understands(String unit) throws IOException {
    String analyze = Programs.need("systemd-analyze", "systemd");
    // A program that is here, for systemd looks whether it is.
    String launcher = Path.of("entrepot").toAbsolutePath().toString();
    Path file = directory.resolve(unit + ".service");
    Files.writeString(file, read("systemd/" + unit + ".service").replace(PROGRAM, launcher));

    String said = Running.run(directory, QUICK, analyze, "verify", "--man=no", file.toString());

    // What it does not know it only warns of.
    assertThat(said).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"entrepot-edge", "entrepot-control-plane"})
  void a_unit_starts_the_program_with_options_that_it_has(String unit) throws IOException {
    List<String> starts =
        read("systemd/" + unit + ".service")
            .lines()
            .filter(line -> line.startsWith("ExecStart="))
            .toList();
    assertThat(starts).hasSize(1);
    List<String> words = List.of(starts.getFirst().substring("ExecStart=".length()).split(" +"));
    assertThat(words.getFirst()).isEqualTo(PROGRAM);

    CommandLine.ParseResult read =
        line().parseArgs(words.subList(1, words.size()).toArray(String[]::new));

    assertThat(read.subcommand().commandSpec().name())
        .isEqualTo(unit.substring("entrepot-".length()));
  }

  @Test
  void prometheus_scrapes_the_doors_that_the_programs_of_the_compose_file_open()
      throws IOException {
    List<String> edges = new ArrayList<>();
    List<String> controls = new ArrayList<>();
    for (Object job : list(yaml("docker/prometheus.yml").get("scrape_configs"))) {
      for (Object group : list(map(job).get("static_configs"))) {
        boolean isEdge = "edge".equals(map(map(group).get("labels")).get("role"));
        list(map(group).get("targets")).forEach(it -> (isEdge ? edges : controls).add("" + it));
      }
    }
    Map<?, ?> services = map(yaml("docker/compose.yml").get("services"));

    assertThat(edges)
        .containsExactlyElementsOf(
            services.keySet().stream()
                .map(String::valueOf)
                .filter(name -> name.startsWith("edge-"))
                .map(name -> address(services, name) + ":" + edgeDoor())
                .toList());
    assertThat(controls).containsExactly(address(services, "control-plane") + ":" + controlDoor());
  }

  @Test
  void programs_of_the_compose_file_are_started_with_options_that_they_have() throws IOException {
    Map<?, ?> services = map(yaml("docker/compose.yml").get("services"));
    int programs = 0;
    for (Map.Entry<?, ?> service : services.entrySet()) {
      Object command = map(service.getValue()).get("command");
      if (command != null && !"site".equals(service.getKey())) {
        line().parseArgs(list(command).stream().map(it -> plain("" + it)).toArray(String[]::new));
        programs++;
      }
    }
    assertThat(programs).isEqualTo(4);
  }

  private static int edgeDoor() {
    return ((EdgeSettings.Result.Ok) EdgeSettings.read(Optional.empty(), Map.of()))
        .settings()
        .listen()
        .observe()
        .port();
  }

  private static int controlDoor() {
    return ((ControlSettings.Result.Ok) ControlSettings.read(Optional.empty(), Map.of()))
        .settings()
        .listen()
        .observe()
        .port();
  }

  /** The address among a service's words when nothing in the environment says another. */
  private static String address(Map<?, ?> services, String name) {
    String words = String.valueOf(map(services.get(name)).get("command"));
    return Pattern.compile("\\$\\{\\w+:-(127[0-9.]+)}")
        .matcher(words)
        .results()
        .map((MatchResult found) -> found.group(1))
        .findFirst()
        .orElseThrow();
  }

  /** With what stands for an environment that says nothing. */
  private static String plain(String word) {
    return word.replaceAll("\\$\\{\\w+:-([^}]*)}", "$1");
  }

  private static CommandLine line() {
    PrintWriter nobody = new PrintWriter(Writer.nullWriter());
    return EntrepotCommand.line(Map.of(), (_, _, _) -> 0, nobody, nobody);
  }

  private static Map<?, ?> yaml(String file) throws IOException {
    return map(new Load(LoadSettings.builder().build()).loadFromString(read(file)));
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file));
  }

  private static Map<?, ?> map(Object value) {
    return (Map<?, ?>) value;
  }

  private static List<?> list(Object value) {
    return (List<?>) value;
  }
}
