package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code loadtest compare} as a user meets it: rounds, paired ratios, what the servers used. */
final class LoadtestCompareTest {
  private static final String PID = Long.toString(ProcessHandle.current().pid());

  @TempDir Path folder;
  private final CommandRun command = new CommandRun();
  private final ScriptedRegistry a = ScriptedRegistry.start();
  private final ScriptedRegistry b = ScriptedRegistry.start();

  LoadtestCompareTest() {
    a.contents().image("x", "1", 200_000);
    b.contents().image("x", "1", 200_000);
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  @Test
  void rounds_ratios_cpu_seconds_and_memory_are_told_as_json() throws IOException {
    b.faults().on(Match.manifest("1"), Fault.delay(Duration.ofMillis(50)));
    Path file = folder.resolve("figures.json");

    int code = compare("--pid-a", PID, "--pid-b", PID, "--json", file.toString());

    assertThat(code).isZero();
    JsonObject told = new JsonObject(Files.readString(file));
    assertThat(told.getString("mode")).isEqualTo("compare");
    JsonArray ofA = told.getJsonObject("a").getJsonArray("rounds");
    JsonArray ofB = told.getJsonObject("b").getJsonArray("rounds");
    assertThat(ofA).hasSize(3);
    assertThat(ofB).hasSize(3);
    for (int n = 0; n < 3; n++) {
      JsonObject server = ofB.getJsonObject(n).getJsonObject("server");
      assertThat(server.getDouble("cpuSeconds")).isGreaterThanOrEqualTo(0);
      assertThat(server.getLong("rssBytes")).isGreaterThan(10_000_000);
      assertThat(server.getLong("rssAnonBytes")).isBetween(1L, server.getLong("rssBytes"));
      assertThat(
              ofA.getJsonObject(n).getJsonObject("figures").getJsonObject("pulls").getLong("right"))
          .isEqualTo(6);
    }
    assertThat(told.getJsonObject("b").getJsonArray("pids")).containsExactly(Integer.valueOf(PID));
    assertThat(median(told, "pulls, /s")).isEqualTo(middle(ratios(ofA, ofB, "pulls, /s")));
    assertThat(median(told, "pull p50, ms"))
        .isEqualTo(middle(ratios(ofA, ofB, "pull p50, ms")))
        .isGreaterThan(1);
    assertThat(told.getJsonObject("ratiosOfBToA").fieldNames())
        .contains("throughput, MB/s", "server RSS, MB", "server RssAnon, MB");
  }

  @Test
  void the_table_has_both_and_the_ratio_in_columns_of_one_width() {
    assertThat(compare("--name-a", "docker-registry", "--name-b", "entrepot")).isZero();

    List<String> rows =
        command
            .out()
            .lines()
            .dropWhile(line -> !line.contains("median (range)"))
            .takeWhile(line -> !line.contains("pulls right"))
            .toList();
    assertThat(rows).hasSize(11);
    assertThat(rows.getFirst()).endsWith("entrepot / docker-registry");
    assertThat(rows).extracting(String::length).containsOnly(rows.getFirst().length());
    assertThat(command.out())
        .containsPattern("throughput, MB/s( +\\S+ \\(\\S+\\.\\.\\S+\\)){3}")
        .containsPattern("server RSS, MB +- +- +-")
        .containsPattern("pulls right +18 +18")
        .contains("every pull was right", "3, after a warm-up of 0s each");
  }

  @Test
  void one_failure_of_one_of_them_makes_the_exit_code_one_and_is_told_with_its_round() {
    b.faults().on(Match.manifest("1").nth(8), Fault.status(502));

    assertThat(compare()).isEqualTo(1);
    assertThat(command.out()).contains("failures of B in round 2", "1  status-502");
  }

  @Test
  void a_warm_up_that_goes_wrong_is_refused_before_anything_is_measured() {
    b.faults().on(Match.manifest("1"), Fault.status(404));

    assertThat(compareAfter("50ms")).isEqualTo(1);
    assertThat(command.out()).isEmpty();
    assertThat(command.err())
        .startsWith("entrepot: the warm-up of B went wrong, such as: ")
        .contains("404")
        .hasLineCount(1);
  }

  private int compare(String... more) {
    return compareAfter("0s", more);
  }

  private int compareAfter(String warmUp, String... more) {
    List<String> all =
        new ArrayList<>(List.of("loadtest", "compare", "--a", "" + a.uri(), "--b", "" + b.uri()));
    all.addAll(List.of("--clients", "2", "--rounds", "3", "--pulls", "6", "--warm-up", warmUp));
    all.addAll(List.of(more));
    all.add("x:1");
    return command.run(all.toArray(String[]::new));
  }

  private static double median(JsonObject told, String metric) {
    return told.getJsonObject("ratiosOfBToA").getJsonObject(metric).getDouble("median");
  }

  private static List<Double> ratios(JsonArray ofA, JsonArray ofB, String metric) {
    List<Double> ratios = new ArrayList<>();
    for (int n = 0; n < ofA.size(); n++) {
      ratios.add(value(ofB, n, metric) / value(ofA, n, metric));
    }
    return ratios;
  }

  private static double value(JsonArray rounds, int n, String metric) {
    return rounds.getJsonObject(n).getJsonObject("metrics").getDouble(metric);
  }

  private static double middle(List<Double> three) {
    return three.stream().sorted().toList().get(1);
  }
}
