package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code loadtest} does not do, and the one sentence that says so; nobody is asked then. */
final class LoadtestRefusalsTest {
  @TempDir Path folder;
  private final ScriptedRegistry registry = ScriptedRegistry.start();
  private final String url = registry.uri().toString();

  @AfterEach
  void nobody_was_asked() {
    try (registry) {
      assertThat(registry.journal().entries()).isEmpty();
    }
  }

  @Test
  void words_that_cannot_be_read_are_named_with_the_option_and_the_place_to_read_on() {
    notUnderstood("pull", "--clients", "many", "a:1").contains("--clients", "'many'");
    notUnderstood("pull", "--duration", "5", "a:1").contains("--duration", "250ms, 30s, 5m or 2h");
    notUnderstood("pull", "--only", "nothing", "a:1").contains("--only", "nothing", "BLOBS");
    notUnderstood("pull", "--wait", "a:1").contains("--wait");
    notUnderstood("pull").contains("IMAGE");
    notUnderstood("herd").contains("IMAGE");
    notUnderstood("herd", "a:1", "b:1").contains("b:1");
    notUnderstood("compare", "--a", url, "a:1").contains("--b");
    notUnderstood("compare", "--a", url, "--b", url, "--pid-a", "me", "a:1").contains("--pid-a");
    notUnderstood("compare", "--a", url, "--b", url, "--each", "a:1").contains("--each");
  }

  @Test
  void without_a_way_to_load_the_ways_are_named() {
    CommandRun command = new CommandRun();

    assertThat(command.run("loadtest")).isEqualTo(2);
    assertThat(command.err()).contains("entrepot loadtest --help");
    assertThat(command.run("loadtest", "--help")).isZero();
    assertThat(command.out()).contains("pull", "herd", "compare", "Ends with 0 when");
  }

  @Test
  void numbers_that_make_no_sense_are_refused() {
    refused("pull", "--target", url, "--clients", "0", "a:1").contains("give 1 to 10000");
    refused("pull", "--target", url, "--pulls", "0", "a:1").contains("--pulls 0 makes no sense");
    refused("pull", "--target", url, "--rate", "-3", "a:1").contains("--rate -3.0 makes no sense");
    refused("pull", "--target", url, "--zipf", "NaN", "a:1").contains("--zipf");
    refused("pull", "--target", url, "--duration", "0s", "a:1").contains("--duration must be");
    refused("herd", "--target", url, "--within", "0s", "a:1").contains("--within must be");
    refused("compare", "--a", url, "--b", url, "--rounds", "0", "a:1").contains("--rounds 0");
  }

  @Test
  void addresses_and_names_that_are_none_are_refused() {
    refused("pull", "a:1").contains("a:1 names no registry; write http://HOST:PORT/NAME:TAG");
    refused("pull", "--target", "ftp://x", "a:1").contains("--target ftp://x is no address");
    refused("pull", "--target", url, "A:1").contains("A:1 is no image");
    refused("pull", url + "/a:1", "http://127.0.0.1:1/a:1").contains("of different registries");
    refused("pull", "--target", url, "--platform", "linux", "a:1").contains("write OS/ARCH");
    refused("herd", "--target", url, "--blob", "a:1").contains("write a@sha256:...");
    refused("compare", "--a", "here", "--b", url, "a:1").contains("--a here is no address");
    refused("pull", "--target", url, "--source", "here", "a:1").contains("--source here");
    refused("pull", "--target", url, "--metrics", "no such address", "a:1").contains("--metrics");
  }

  @Test
  void files_that_cannot_be_had_are_refused_before_the_load() {
    String none = folder.resolve("none/at-all").toString();
    refused("pull", "--target", url, "--json", none, "a:1").contains("cannot be written");
    refused("pull", "--target", url, "--json", folder.toString(), "a:1").contains("own folder");
    refused("pull", "--target", url, "--ca", none, "a:1").contains("name a PEM file");
    refused("pull", "--target", url, "--token-file", none, "a:1").contains("cannot be read");
    refused("pull", "--target", url, "--user", "bot", "a:1").contains("LOADTEST_PASSWORD");
    refused("pull", "--target", url, "--password-file", none, "a:1").contains("add --user NAME");
  }

  @Test
  void what_contradicts_each_other_is_refused() {
    refused("pull", "--target", url, "--each", "--pulls", "3", "a:1").contains("leave --pulls");
    refused("pull", "--target", url, "--each", "--zipf", "1", "a:1").contains("leave --pulls");
    refused("pull", "--target", url, "--target", url + "/x", "--each", "--clients", "1", "a:1")
        .contains("--clients 1 are too few for 2 targets");
    refused("compare", "--a", url, "--b", url, "--name-a", "x", "--name-b", "x", "a:1")
        .contains("--name-b x is A's name too");
  }

  @Test
  void processes_and_meters_that_are_not_there_are_refused() {
    refused("compare", "--a", url, "--b", url, "--pid-a", "999999999", "a:1")
        .contains("process 999999999 cannot be read", "pid of a running process");
    refused("pull", "--target", url, "--metrics", "http://127.0.0.1:1/metrics", "a:1")
        .contains("it does not answer", "observe door");
    refused("herd", "--target", url, "--metrics", "http://127.0.0.1:1/metrics", "a:1")
        .contains("it does not answer", "observe door");
  }

  private static AbstractStringAssert<?> refused(String... words) {
    CommandRun command = new CommandRun();
    assertThat(run(command, words)).as(String.join(" ", words) + command.err()).isEqualTo(1);
    assertThat(command.out()).isEmpty();
    return assertThat(command.err()).startsWith("entrepot: ").hasLineCount(1);
  }

  private static AbstractStringAssert<?> notUnderstood(String... words) {
    CommandRun command = new CommandRun();
    assertThat(run(command, words)).as(String.join(" ", words) + command.err()).isEqualTo(2);
    assertThat(command.out()).isEmpty();
    return assertThat(command.err())
        .startsWith("entrepot: ")
        .endsWith("See entrepot loadtest " + words[0] + " --help" + System.lineSeparator());
  }

  private static int run(CommandRun command, String... words) {
    List<String> all = new ArrayList<>(List.of("loadtest"));
    all.addAll(List.of(words));
    return command.run(all.toArray(String[]::new));
  }
}
