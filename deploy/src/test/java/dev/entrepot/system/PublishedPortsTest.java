package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.system.Hashes.Read;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** An edge in a container of its own network, reached through a port that the engine publishes. */
@Tag("packaged")
final class PublishedPortsTest {
  private static final int OBSERVE = 5080;
  private static final int REGISTRY = 5000;

  @TempDir Path directory;

  @BeforeAll
  static void needEngine() {
    TestImages.needEngine();
  }

  /**
   * The engine's proxy gives every client the address of the bridge, which lies in a private
   * network: trusting it would open the cache to the internet.
   */
  @Test
  void who_comes_through_the_engines_proxy_is_not_in_a_trusted_network() throws IOException {
    try (GenericContainer<?> edge = edge()) {
      edge.start();

      Read answer = Hashes.read(url(edge) + "/v2/", "");

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.challenge()).startsWith("Bearer realm=\"" + url(edge) + "/token\"");
    }
  }

  @Test
  void the_address_of_the_proxy_can_be_trusted_by_name() throws IOException {
    try (GenericContainer<?> edge = edge().withEnv("ENTREPOT_ACCESS_TRUSTED_NETWORKS", bridge())) {
      edge.start();

      assertThat(Hashes.read(url(edge) + "/v2/", "").status()).isEqualTo(200);
    }
  }

  private GenericContainer<?> edge() {
    return new GenericContainer<>(DockerImageName.parse(TestImages.entrepot(directory)))
        .withCommand("standalone")
        .withExposedPorts(REGISTRY, OBSERVE)
        .waitingFor(
            Wait.forHttp("/readyz").forPort(OBSERVE).withStartupTimeout(Duration.ofSeconds(60)));
  }

  private static String url(GenericContainer<?> edge) {
    return "http://127.0.0.1:" + edge.getMappedPort(REGISTRY);
  }

  /** The bridge has the first address of its network. */
  private String bridge() {
    String network =
        TestImages.docker(
                directory,
                "network",
                "inspect",
                "--format={{(index .IPAM.Config 0).Subnet}}",
                "bridge")
            .strip();
    return network.replaceFirst("\\.0/\\d+$", ".1/32");
  }
}
