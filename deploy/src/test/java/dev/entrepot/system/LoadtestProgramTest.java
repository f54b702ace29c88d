package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Hold;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code entrepot loadtest} as a program of its own: on a terminal, in a pipe, interrupted. */
@Timeout(120)
final class LoadtestProgramTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** How ECMA-48 says: to the beginning of the line, and erase it. */
  private static final String ANEW = "\r\u001b[K";

  @TempDir Path directory;
  private final ScriptedRegistry registry = ScriptedRegistry.start();

  @BeforeEach
  void fill() {
    registry.contents().image("a", "1", 1_000);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void progress_is_one_line_written_anew_on_a_terminal_and_gone_at_the_end() {
    String script = Programs.need("script", "bsdutils");
    String line =
        loadtest("--duration", "3s").stream().collect(Collectors.joining("' '", "'", "'"));

    // The tool `script` gives a command a terminal.
    Running.Outcome outcome =
        Running.tryRun(
            directory,
            LONG,
            Map.of("TERM", "xterm"),
            script,
            "--quiet",
            "--return",
            "--command",
            line,
            "/dev/null");

    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output())
        .containsPattern(
            "\\r\\u001b\\[K\\S+ [1-3]s {2}\\d+ pulls {2}\\S+ \\S+/s {2}\\S+ requests/s {2}p99 \\S+ .s"
                + " {2}0 failed {2}0 wrong hashes")
        .contains(ANEW + "pull\r\n", "every pull was right");
  }

  @Test
  void in_a_pipe_progress_is_a_line_each_ten_seconds_and_standard_output_is_json_alone()
      throws IOException {
    Path json = directory.resolve("figures.json");
    List<String> words = loadtest("--duration", "11s", "--json", "-");
    String line = words.stream().collect(Collectors.joining("' '", "'", "'")) + " >" + json;

    String said = Running.run(directory, LONG, "/bin/bash", "-c", line);

    assertThat(said).doesNotContain("\r", "\u001b").contains("every pull was right");
    assertThat(said.lines().filter(it -> it.contains("requests/s")))
        .singleElement()
        .asString()
        .matches("\\S+ 1[01]s {2}\\d+ pulls .* 0 failed {2}0 wrong hashes");
    assertThat(new JsonObject(Files.readString(json)).getBoolean("right")).isTrue();
  }

  @Test
  void an_interrupt_ends_the_load_and_tells_how_far_it_came() throws Exception {
    Hold hold = new Hold();
    registry.faults().on(Match.manifest("1").after(5), Fault.stallAfter(1, hold));
    Path json = directory.resolve("figures.json");
    List<String> words = loadtest("--duration", "60s", "--clients", "1", "--json", json.toString());
    try (Running load = Running.start("loadtest", directory, words)) {
      hold.awaitArrivals(1, LONG);

      Running.run(directory, LONG, "/bin/kill", "-INT", String.valueOf(load.pid()));
      Ports.await(LONG, load::output, () -> !load.isAlive());

      assertThat(load.output())
          .contains("5 right, 1 failed", "interrupted; this is how far it came", "unfinished");
      JsonObject told = new JsonObject(Files.readString(json));
      assertThat(told.getBoolean("complete")).isFalse();
      assertThat(told.getJsonObject("figures").getJsonObject("pulls").getLong("right"))
          .isEqualTo(5);
    } finally {
      hold.release();
    }
  }

  private List<String> loadtest(String... more) {
    List<String> all =
        new ArrayList<>(List.of("loadtest", "pull", "--target", "" + registry.uri()));
    all.addAll(List.of(more));
    all.add("a:1");
    return Program.command(List.of(), all);
  }
}
