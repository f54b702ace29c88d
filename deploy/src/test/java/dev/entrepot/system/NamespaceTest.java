package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another machine can reach, seen from a network namespace of its own. */
final class NamespaceTest {
  private static final String HERE = "10.231.77.1";
  private static final Duration QUICK = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final String name = "entrepot-" + ProcessHandle.current().pid();

  @BeforeEach
  void connect() {
    Programs.needRoot();
    ip("netns", "add", name);
    ip("link", "add", "entrepot0", "type", "veth", "peer", "name", "entrepot1", "netns", name);
    ip("addr", "add", HERE + "/30", "dev", "entrepot0");
    ip("link", "set", "entrepot0", "up");
    ip("-n", name, "addr", "add", "10.231.77.2/30", "dev", "entrepot1");
    ip("-n", name, "link", "set", "entrepot1", "up");
  }

  @AfterEach
  void disconnect() {
    ip("netns", "del", name);
  }

  @Test
  void observe_is_reachable_from_elsewhere_and_admin_is_not() {
    try (EdgeProcess edge = new EdgeProcess(directory, "0.0.0.0", "").start()) {
      assertThat(curl("http://" + HERE + ":" + edge.observePort() + "/readyz").output())
          .contains("\"ready\"");
      assertThat(curl("http://" + HERE + ":" + edge.observePort() + "/metrics").output())
          .contains("entrepot_store_capacity_bytes");
      assertThat(curl("http://" + HERE + ":" + edge.adminPort() + "/status").exitCode())
          .as("curl's code for a refused connection")
          .isEqualTo(7);
    }
  }

  private Running.Outcome curl(String url) {
    List<String> command =
        List.of(
            Programs.need("ip", "iproute2"),
            "netns",
            "exec",
            name,
            Programs.need("curl", "curl"),
            "-sS",
            "--max-time",
            "10",
            url);
    return Running.tryRun(directory, QUICK, Map.of(), command.toArray(String[]::new));
  }

  private void ip(String... arguments) {
    List<String> command = new java.util.ArrayList<>(List.of(Programs.need("ip", "iproute2")));
    command.addAll(List.of(arguments));
    Running.run(directory, QUICK, command.toArray(String[]::new));
  }
}
