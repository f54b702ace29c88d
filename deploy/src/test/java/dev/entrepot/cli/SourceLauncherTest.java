package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a source tree, with a Maven that only notes that it was called. */
final class SourceLauncherTest {
  private static final String BUILDS =
      """
      echo "$@ with $JAVA_HOME" >>"$PWD/calls"
      sleep 0.3 # long enough for another launcher to come
      mkdir -p deploy/target/entrepot/lib
      """;

  @TempDir Path root;
  private Path launcher;
  private Map<String, String> environment;

  @BeforeEach
  void lay_out_a_source_tree() throws IOException {
    launcher = root.resolve("deploy/entrepot");
    Files.createDirectories(root.resolve("deploy/src/main"));
    Files.copy(Path.of("entrepot"), launcher);
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    LauncherRun.script(root.resolve("tools/mvn"), BUILDS);
    Path home = LauncherRun.java(root.resolve("home"), "25");
    environment =
        Map.of(
            "JAVA_HOME",
            home.toString(),
            "PATH",
            root.resolve("tools") + ":" + System.getenv("PATH"));
  }

  @Test
  void the_first_start_builds_and_says_so_in_one_line() throws Exception {
    LauncherRun.Ended first = run();

    assertThat(first.output().lines().toList())
        .hasSize(2)
        .first()
        .isEqualTo("entrepot: building, which takes a few minutes the first time ...");
    assertThat(first.output())
        .contains("-cp " + root.toRealPath().resolve("deploy/target/entrepot"));
    assertThat(Files.readString(root.resolve("calls")))
        .isEqualTo(
            "-q -B -Dmaven.test.skip=true package -pl deploy -am with "
                + root.resolve("home")
                + "\n");
  }

  @Test
  void the_next_start_builds_only_what_is_newer() throws Exception {
    run();
    assertThat(run().output()).doesNotContain("building");

    Path source = Files.writeString(root.resolve("deploy/src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(run().output()).contains("building");
    assertThat(root.resolve("calls")).content().hasLineCount(2);
  }

  @Test
  void two_launchers_at_once_build_once() throws Exception {
    LauncherRun one = LauncherRun.start(launcher, environment, "--help");
    LauncherRun other = LauncherRun.start(launcher, environment, "--help");

    assertThat(one.await().code()).isEqualTo(7);
    assertThat(other.await().code()).isEqualTo(7);
    assertThat(root.resolve("calls")).content().hasLineCount(1);
  }

  @Test
  void a_build_never_pulls_the_jars_from_under_a_running_edge() throws Exception {
    run();
    LauncherRun.script(
        root.resolve("home/bin/java"),
        """
        [[ -z ${FIFO-} ]] || { echo up; read -r line <"$FIFO"; exit 0; }
        echo "$@"
        """);
    Path fifo = root.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    LauncherRun edge = LauncherRun.start(launcher, with("FIFO", fifo.toString()), "standalone");
    assertThat(edge.process().inputReader().readLine()).isEqualTo("up");

    Path source = Files.writeString(root.resolve("deploy/src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(run().output()).contains("an entrepot runs from the last build").contains("--help");
    Files.writeString(fifo, "end\n");
    assertThat(edge.process().waitFor()).isZero();
    assertThat(run().output()).contains("building");
  }

  @Test
  void a_failed_build_shows_what_maven_said() throws Exception {
    LauncherRun.script(root.resolve("tools/mvn"), "echo no such artifact\nexit 1\n");

    LauncherRun.Ended ended = run();

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output())
        .contains("no such artifact", "the build failed")
        .doesNotContain("-cp");
    LauncherRun.script(root.resolve("tools/mvn"), BUILDS);
    assertThat(run().code()).isEqualTo(7);
  }

  private Map<String, String> with(String name, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(name, value);
    return more;
  }

  private LauncherRun.Ended run() throws Exception {
    return LauncherRun.start(launcher, environment, "--help").await();
  }
}
