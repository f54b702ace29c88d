package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in a distribution, with Java homes that only say what they were called with. */
final class LauncherTest {
  @TempDir Path folder;
  private Path launcher;

  @BeforeEach
  void lay_out_a_distribution() throws IOException {
    launcher = folder.resolve("dist/bin/entrepot");
    Files.createDirectories(launcher.getParent());
    Files.createDirectories(folder.resolve("dist/lib"));
    Files.copy(Path.of("entrepot"), launcher);
  }

  @Test
  void without_a_jdk_one_sentence_says_what_to_install() throws Exception {
    LauncherRun.Ended ended =
        run(Map.of("ENTREPOT_JVM_FOLDERS", folder.resolve("none").toString()));

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output())
        .isEqualTo(
            "entrepot: no JDK 25 or later was found; install one (such as Temurin 25) or set"
                + " JAVA_HOME to it.\n");
  }

  @Test
  void a_jdk_that_is_too_old_is_passed_over() throws Exception {
    Path old = java("old", "17.0.15");
    Path good = java("jvms/good", "25.0.1");

    LauncherRun.Ended ended =
        run(
            Map.of(
                "JAVA_HOME", old.toString(),
                "ENTREPOT_JVM_FOLDERS", good.getParent().toString()),
            "--help");

    assertThat(ended.output()).startsWith("good ").endsWith("dev.entrepot.cli.Main --help\n");
    assertThat(ended.code()).isEqualTo(7);
  }

  @Test
  void java_home_comes_first_and_then_the_path() throws Exception {
    Path home = java("home", "26");
    Path path = java("path", "25");
    Map<String, String> both =
        Map.of("JAVA_HOME", home.toString(), "PATH", path.resolve("bin").toString());
    Map<String, String> one = Map.of("PATH", path.resolve("bin").toString());

    assertThat(run(both).output()).startsWith("home ");
    assertThat(run(one).output()).startsWith("path ");
  }

  @Test
  void a_server_gets_the_flags_of_a_server_and_the_users_own() throws Exception {
    Path home = java("home", "25");
    Map<String, String> environment =
        Map.of("JAVA_HOME", home.toString(), "ENTREPOT_JAVA_OPTS", "-Xmx1g -Dx=y");

    assertThat(run(environment, "standalone", "--data", "a b").output())
        .contains("-XX:+ExitOnOutOfMemoryError", "-Xmx1g -Dx=y", "standalone --data [a b]");
    assertThat(run(environment, "control-plane", "--config", "x").output())
        .contains("-XX:+ExitOnOutOfMemoryError");
    assertThat(run(environment, "control-plane", "backup").output())
        .contains("-XX:TieredStopAtLevel=1");
    assertThat(run(environment, "check-config").output()).contains("-XX:TieredStopAtLevel=1");
  }

  @Test
  void a_server_starts_with_the_start_cache_where_there_is_one() throws Exception {
    Map<String, String> environment = Map.of("JAVA_HOME", java("home", "25").toString());
    Path cache = folder.resolve("dist/entrepot.aot");

    assertThat(run(environment, "edge").output()).doesNotContain("AOTCache");

    Files.writeString(cache, "");
    assertThat(run(environment, "edge").output()).contains("-XX:AOTCache=" + cache);
    assertThat(run(environment, "check-config").output()).doesNotContain("AOTCache");
  }

  /** A JVM refuses to start with two of these. */
  @ParameterizedTest
  @ValueSource(strings = {"-Xshare:off", "-Dx=y -XX:SharedArchiveFile=z", "-XX:AOTMode=off"})
  void whoever_chooses_a_cache_of_classes_gets_no_other(String options) throws Exception {
    Files.writeString(folder.resolve("dist/entrepot.aot"), "");
    Map<String, String> environment =
        Map.of("JAVA_HOME", java("home", "25").toString(), "ENTREPOT_JAVA_OPTS", options);

    assertThat(run(environment, "edge").output()).contains(options).doesNotContain("AOTCache=");
  }

  @Test
  void a_runtime_of_its_own_comes_before_all_others() throws Exception {
    Path home = java("home", "25");
    LauncherRun.java(folder.resolve("dist/runtime"), "25");
    Files.createDirectory(folder.resolve("dist/native"));

    assertThat(run(Map.of("JAVA_HOME", home.toString()), "--help").output())
        .startsWith("runtime ")
        .contains("-Djava.library.path=" + folder.resolve("dist/native"));
  }

  @Test
  void it_runs_through_a_link() throws Exception {
    Path home = java("home", "25");
    Path link = Files.createSymbolicLink(folder.resolve("link"), launcher);

    assertThat(
            LauncherRun.start(
                    link, Map.of("JAVA_HOME", home.toString(), "PATH", System.getenv("PATH")))
                .await()
                .output())
        .contains("-cp " + launcher.getParent().getParent().toRealPath() + "/lib/*");
  }

  private Path java(String name, String version) throws IOException {
    return LauncherRun.java(folder.resolve(name), version);
  }

  private LauncherRun.Ended run(Map<String, String> environment, String... arguments)
      throws Exception {
    return LauncherRun.start(launcher, environment, arguments).await();
  }
}
