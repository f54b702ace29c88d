package dev.entrepot.control.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.ListenAddress;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator's door while a disk hangs under a backup. */
final class ControlAdminTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final HangingDisk disk = new HangingDisk();
  private final ControlAdmin admin = new ControlAdmin(vertx, disk);
  private HttpClient operator;
  private int port;

  @BeforeEach
  void listen() {
    port = FleetFixture.await(admin.listen(ListenAddress.parse("127.0.0.1:0")));
    operator = HttpClient.newHttpClient();
  }

  @AfterEach
  void close() {
    disk.answers.countDown();
    operator.close();
    FleetFixture.await(vertx.close());
  }

  @Test
  void a_backup_that_hangs_holds_up_no_other_order() throws Exception {
    CompletableFuture<HttpResponse<String>> backup = post("/backup", "{\"directory\":\"/a\"}");
    assertThat(disk.begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    HttpResponse<String> revoked = post("/subjects/revoke", "{\"subject\":\"eve\"}").join();

    assertThat(revoked.body()).isEqualTo("{\"revoked\":\"eve\"}");
    assertThat(backup).isNotDone();
    disk.answers.countDown();
    assertThat(backup.join().body()).isEqualTo("{\"directory\":\"/a\"}");
  }

  @Test
  void there_is_one_backup_at_a_time() throws Exception {
    CompletableFuture<HttpResponse<String>> first = post("/backup", "{\"directory\":\"/a\"}");
    assertThat(disk.begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    HttpResponse<String> second = post("/backup", "{\"directory\":\"/b\"}").join();

    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(second.body()).contains("another backup is being made: wait for its end");
    disk.answers.countDown();
    assertThat(first.join().statusCode()).isEqualTo(200);
    assertThat(post("/backup", "{\"directory\":\"here\"}").join().body()).contains("absolute");
    assertThat(post("/backup", "{\"directory\":\"/b\"}").join().statusCode()).isEqualTo(200);
  }

  private CompletableFuture<HttpResponse<String>> post(String path, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header(LoopbackOnly.HEADER, "1")
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofString(json))
            .build();
    return operator.sendAsync(request, BodyHandlers.ofString());
  }

  /** Backups end when they are let; whoever is revoked is revoked at once. */
  private static final class HangingDisk implements Administration {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);

    @Override
    public Map<String, ?> backup(Path directory) {
      begun.countDown();
      try {
        answers.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return Map.of("directory", directory.toString());
    }

    @Override
    public void revokeSubject(String name) {}

    @Override
    public void revokeToken(String id) {}

    @Override
    public void revokeAll() {}

    @Override
    public Map<String, ?> status() {
      return Map.of();
    }

    @Override
    public Map<String, ?> keys() {
      return Map.of();
    }

    @Override
    public Map<String, ?> nodes() {
      return Map.of();
    }

    @Override
    public Map<String, ?> rotate(boolean insist) {
      return Map.of();
    }

    @Override
    public Map<String, ?> createJoinToken(
        Optional<String> name, List<String> hosts, int uses, Duration life) {
      return Map.of();
    }

    @Override
    public boolean removeNode(String name) {
      return false;
    }
  }
}
