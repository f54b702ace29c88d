package dev.entrepot.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.edge.policy.Installation;
import dev.entrepot.edge.policy.SnapshotFeed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where clients are sent for tokens when the control plane is in the edge's own process. */
class StandaloneRealmTest {
  @TempDir Path directory;

  @Test
  void a_public_url_is_where_tokens_are_whatever_the_client_calls_this_edge() throws IOException {
    Map<String, String> behindProxy =
        Map.of("ENTREPOT_LISTEN_PUBLIC_URL", "https://control.example:5002");
    assertThat(challenge(behindProxy, "mirror.internal:5000"))
        .contains("Bearer realm=\"https://control.example:5002/token\"")
        .doesNotContain("http://");
  }

  @Test
  void without_a_public_url_tokens_are_where_the_client_asked() throws IOException {
    assertThat(challenge(Map.of(), "mirror.internal:5000"))
        .contains("Bearer realm=\"http://mirror.internal:5000/token\"");
  }

  private String challenge(Map<String, String> environment, String host) throws IOException {
    try (Edge edge = Edge.start(settings(environment), Optional.of(control()));
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), edge.doors().getFirst().port())) {
      socket.setSoTimeout(10_000);
      String request = "GET /v2/ HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private EdgeSettings settings(Map<String, String> environment) throws IOException {
    Path file = Files.createTempFile(directory, "edge", ".yml");
    Files.writeString(
        file,
        """
        version: 1
        listen:
          registry: [{address: "127.0.0.1:0", challenge: always}]
          observe: "127.0.0.1:0"
          admin: "127.0.0.1:0"
        storage: {volumes: [{directory: %s, capacity: 1GiB}], min-free: 1MiB}
        """
            .formatted(directory.resolve("data")));
    return switch (EdgeSettings.read(Optional.of(file), environment)) {
      case EdgeSettings.Result.Ok(EdgeSettings settings) -> settings;
      case EdgeSettings.Result.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  /** Says who it is, and brings one snapshot; its realm is at the public URL of the test. */
  private static LocalControl control() {
    Installation ours = new Installation("ours");
    return new LocalControl(
        ours.id,
        ours.snapshotKey(),
        new SnapshotFeed() {
          @Override
          public void start(Listener listener) {
            listener.snapshot(ours.sign(ours.snapshot(1)));
          }

          @Override
          public void close() {}
        },
        (request, _) -> request.response().end(),
        _ -> request -> request.response().end());
  }
}
