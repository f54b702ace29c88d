package dev.entrepot.edge.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OpsServersTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() throws TimeoutException {
    client.close();
    await(vertx.close());
  }

  @Test
  void health_readiness_and_metrics_are_read_only() throws Exception {
    Meters meters = new Meters();
    meters.request("blob", "success", "hit", Duration.ofMillis(3));
    meters.served("store", 1234);
    ObserveServer server =
        new ObserveServer(
            vertx,
            requests -> vertx.createHttpServer().requestHandler(requests),
            () -> new Readiness(List.of("the store is opening")),
            meters);
    int port = await(server.listen("127.0.0.1", 0));

    assertThat(send(port, "GET", "/healthz", "").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = send(port, "GET", "/readyz", "");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("the store is opening");
    assertThat(send(port, "GET", "/metrics", "").body())
        .contains(
            "entrepot_requests_seconds_count{cache=\"hit\",kind=\"blob\",outcome=\"success\"} 1")
        .contains("entrepot_served_bytes_total{source=\"store\"} 1234.0");
    assertThat(send(port, "POST", "/metrics", "").statusCode()).isEqualTo(405);
  }

  @Test
  void the_admin_door_stays_on_loopback_without_a_token() {
    AdminServer server = new AdminServer(vertx, Optional.of(" "), JsonObject::new);

    assertThatThrownBy(() -> await(server.listen("0.0.0.0", 0))).hasMessageContaining("token");
  }

  @Test
  void the_admin_door_wants_its_token() throws Exception {
    AdminServer server =
        new AdminServer(vertx, Optional.of("s3cret"), () -> new JsonObject().put("fills", 2));
    int port = await(server.listen("127.0.0.1", 0));

    assertThat(send(port, "GET", "/status", "").statusCode()).isEqualTo(401);
    assertThat(send(port, "GET", "/status", "Bearer wrong").statusCode()).isEqualTo(401);
    assertThat(send(port, "GET", "/status", "Bearer s3cret").body()).isEqualTo("{\"fills\":2}");
    assertThat(send(port, "GET", "/healthz", "").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> send(int port, String method, String path, String authorization)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(10))
            .version(HttpClient.Version.HTTP_1_1)
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(10, TimeUnit.SECONDS);
  }
}
