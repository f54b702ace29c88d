package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The making of a start cache, with an entrepot that only answers at its doors. */
final class TrainTest {
  private static final String KNOWN_VARIABLES_ALONE =
      """
      for name in "${!ENTREPOT_@}"; do
        case $name in
          ENTREPOT_JVM_FOLDERS | ENTREPOT_JAVA_OPTS) ;;
          *) echo "$name (environment): unknown variable" && exit 1 ;;
        esac
      done
      """;
  private static final String CONTROL_PLANE =
      """
      if [[ $1 == control-plane ]]; then
        [[ $(<"$3") =~ observe:\\ \\"([0-9.]+): ]] && exec ANSWERING "${BASH_REMATCH[1]}" 5080
      fi
      """;
  private static final String JOIN_TOKEN = "[[ $1 != join-token ]] || exec touch site.yml\n";
  private static final String EDGE =
      """
      if [[ $1 == edge && $ENTREPOT_JAVA_OPTS =~ AOTCacheOutput=([^ ]+) ]]; then
        echo learned >"${BASH_REMATCH[1]}"
        exec ANSWERING "$7" 5000 5080
      fi
      """;

  @TempDir Path folder;
  private Path train;
  private Path cache;
  private Path work;

  @BeforeEach
  void lay_out_a_distribution() throws IOException {
    train = folder.resolve("dist/bin/entrepot-train");
    cache = folder.resolve("dist/entrepot.aot");
    work = Files.createDirectory(folder.resolve("work"));
    Files.createDirectories(train.getParent());
    Files.copy(Path.of("entrepot-train"), train);
  }

  @Test
  void what_is_exported_for_other_servers_does_not_reach_those_that_are_trained() throws Exception {
    entrepot(KNOWN_VARIABLES_ALONE + CONTROL_PLANE + JOIN_TOKEN + EDGE);

    LauncherRun.Ended ended =
        run(
            Map.of(
                "ENTREPOT_TRAIN_LIMIT", "60",
                "ENTREPOT_STORAGE_DIRECTORY", folder.resolve("precious").toString(),
                "ENTREPOT_JAVA_OPTS", "-Xmx30g"));

    assertThat(ended.output()).isEqualTo(cache + "\n");
    assertThat(ended.code()).isZero();
    assertThat(cache).hasContent("learned");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void the_limit_is_how_long_a_program_may_take_to_start() throws Exception {
    entrepot(KNOWN_VARIABLES_ALONE + "exec sleep 300\n");

    LauncherRun.Ended ended = run(Map.of("ENTREPOT_TRAIN_LIMIT", "1"));

    assertThat(ended.output()).contains("the control plane was not ready within 1 s");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void a_program_that_does_not_end_when_it_is_told_to_is_ended() throws Exception {
    entrepot("trap '' TERM\n" + CONTROL_PLANE);

    LauncherRun.Ended ended = run(Map.of("ENTREPOT_TRAIN_LIMIT", "60"));

    assertThat(ended.output()).contains("no join token was made");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(work).isEmptyDirectory();
  }

  private void entrepot(String body) throws IOException, URISyntaxException {
    Path classes =
        Path.of(Answering.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String answering =
        "'%s/bin/java' -XX:TieredStopAtLevel=1 -cp '%s' %s"
            .formatted(System.getProperty("java.home"), classes, Answering.class.getName());
    LauncherRun.script(
        train.resolveSibling("entrepot"), body.replace("ANSWERING", answering) + "exit 1\n");
  }

  /** Runs it to its end, of which nobody is left; a run without one fails. */
  private LauncherRun.Ended run(Map<String, String> environment) throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.put("PATH", System.getenv("PATH"));
    all.put("TMPDIR", work.toString());
    LauncherRun run = LauncherRun.start(train, all);
    try {
      assertThat(run.process().waitFor(90, TimeUnit.SECONDS)).as("it ends").isTrue();
      return run.await();
    } finally {
      run.process().descendants().forEach(ProcessHandle::destroyForcibly);
      run.process().destroyForcibly();
    }
  }
}
