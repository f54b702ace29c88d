package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a distribution, with Java homes that only say what they were called with. */
final class LauncherTest {
  private record Ended(int code, String output) {}

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
    Ended ended = run(Map.of("ENTREPOT_JVM_FOLDERS", folder.resolve("none").toString()));

    assertThat(ended.code).isEqualTo(1);
    assertThat(ended.output)
        .isEqualTo(
            "entrepot: no JDK 25 or later was found; install one (such as Temurin 25) or set"
                + " JAVA_HOME to it.\n");
  }

  @Test
  void a_jdk_that_is_too_old_is_passed_over() throws Exception {
    Path old = java("old", "17.0.15");
    Path good = java("jvms/good", "25.0.1");

    Ended ended =
        run(
            Map.of(
                "JAVA_HOME", old.toString(),
                "ENTREPOT_JVM_FOLDERS", good.getParent().toString()),
            "--help");

    assertThat(ended.output).startsWith("good ").endsWith("dev.entrepot.cli.Main --help\n");
    assertThat(ended.code).isEqualTo(7);
  }

  @Test
  void java_home_comes_first_and_then_the_path() throws Exception {
    Path home = java("home", "26");
    Path path = java("path", "25");
    Map<String, String> both =
        Map.of("JAVA_HOME", home.toString(), "PATH", path.resolve("bin").toString());
    Map<String, String> one = Map.of("PATH", path.resolve("bin").toString());

    assertThat(run(both).output).startsWith("home ");
    assertThat(run(one).output).startsWith("path ");
  }

  @Test
  void a_server_gets_the_flags_of_a_server_and_the_users_own() throws Exception {
    Path home = java("home", "25");
    Map<String, String> environment =
        Map.of("JAVA_HOME", home.toString(), "ENTREPOT_JAVA_OPTS", "-Xmx1g -Dx=y");

    assertThat(run(environment, "standalone", "--data", "a b").output)
        .contains("-XX:+ExitOnOutOfMemoryError", "-Xmx1g -Dx=y", "standalone --data [a b]");
    assertThat(run(environment, "check-config").output).contains("-XX:TieredStopAtLevel=1");
  }

  @Test
  void it_runs_through_a_link() throws Exception {
    Path home = java("home", "25");
    Path link = Files.createSymbolicLink(folder.resolve("link"), launcher);

    assertThat(
            run(link, Map.of("JAVA_HOME", home.toString(), "PATH", System.getenv("PATH"))).output)
        .contains("-cp " + launcher.getParent().getParent().toRealPath() + "/lib/*");
  }

  private Path java(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path java = home.resolve("bin/java");
    Files.writeString(
        java,
        """
        #!/bin/bash
        printf '%s' "HOME_NAME"
        for argument; do
          case $argument in *' '*) printf ' [%s]' "$argument" ;; *) printf ' %s' "$argument" ;; esac
        done
        printf '\\n'
        exit 7
        """
            .replace("HOME_NAME", home.getFileName().toString()));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  private Ended run(Map<String, String> environment, String... arguments) throws Exception {
    return run(launcher, environment, arguments);
  }

  private Ended run(Path program, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command =
        Stream.concat(Stream.of("/bin/bash", program.toString()), Stream.of(arguments)).toList();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "");
    builder.environment().put("ENTREPOT_JVM_FOLDERS", "");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }
}
