package dev.entrepot.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A run of the launcher in an environment of its own. */
record LauncherRun(Process process) {
  record Ended(int code, String output) {}

  /** Starts it with nothing in the environment but what is given, and nowhere to find a JDK. */
  static LauncherRun start(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        Stream.concat(Stream.of("/bin/bash", launcher.toString()), Stream.of(arguments)).toList();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "");
    builder.environment().put("ENTREPOT_JVM_FOLDERS", "");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new LauncherRun(process);
  }

  Ended await() throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  /** A Java home whose java says its folder's name and its arguments, and ends with code 7. */
  static Path java(Path home, String version) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/javac"), "exit 1\n");
    script(
        home.resolve("bin/java"),
        """
        printf '%s' "HOME_NAME"
        for argument; do
          case $argument in *' '*) printf ' [%s]' "$argument" ;; *) printf ' %s' "$argument" ;; esac
        done
        printf '\\n'
        exit 7
        """
            .replace("HOME_NAME", String.valueOf(home.getFileName())));
    return home;
  }

  static void script(Path file, String body) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, "#!/bin/bash\n" + body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
