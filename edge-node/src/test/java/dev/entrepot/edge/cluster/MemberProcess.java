package dev.entrepot.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link MemberMain} of ours. */
final class MemberProcess implements AutoCloseable {
  private final Process process;

  MemberProcess(int port, List<Integer> all) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MemberMain.class.getName(),
                String.valueOf(port)));
    all.forEach(it -> command.add(String.valueOf(it)));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  void tell(String key) throws IOException {
    process.getOutputStream().write((key + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void goOn() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", name, String.valueOf(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** SIGKILL, which also ends a paused process. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }
}
