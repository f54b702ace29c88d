package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane that writes its backups where nobody else sees them, as into a private /tmp. */
final class BackupCommandTest {
  @TempDir Path folder;
  private HttpServer door;
  private volatile String answer = "{}";

  @BeforeEach
  void open_an_admin_door() throws IOException {
    door = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    door.createContext(
        "/backup",
        exchange -> {
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    door.start();
  }

  @AfterEach
  void close() {
    door.stop(0);
  }

  @Test
  void a_backup_that_nobody_sees_is_none() {
    assertRefused(folder.resolve("backup"));
  }

  @Test
  void a_directory_that_has_stayed_empty_is_no_backup() throws IOException {
    assertRefused(Files.createDirectory(folder.resolve("backup")));
  }

  private void assertRefused(Path backup) {
    answer = "{\"directory\":\"" + backup + "\"}";
    CommandRun run = new CommandRun();
    String admin = "http://127.0.0.1:" + door.getAddress().getPort();

    assertThat(run.run("control-plane", "backup", "--to", backup.toString(), "--admin", admin))
        .isEqualTo(1);
    assertThat(run.err())
        .contains("copied to " + backup + ", but no backup is to be seen there")
        .contains("such as /var/lib/entrepot/backups/NAME")
        .hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }
}
