package dev.entrepot.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyEnvironmentTest {
  @ParameterizedTest
  @CsvSource({
    "https://registry-1.docker.io, http://proxy:3128",
    "http://plain.example, http://plain-proxy:3128",
    "https://registry.corp.example,",
    "https://corp.example,",
    "https://notcorp.example, http://proxy:3128",
    "http://localhost:5000,",
    "http://127.0.0.1:5000,"
  })
  void the_environment_names_the_proxy_of_a_url(URI url, URI proxy) {
    ProxyEnvironment environment =
        new ProxyEnvironment(
            Map.of(
                "HTTPS_PROXY", "http://proxy:3128",
                "http_proxy", "http://plain-proxy:3128",
                "NO_PROXY", "other.example, corp.example"));
    assertThat(environment.proxyOf(url).orElse(null)).isEqualTo(proxy);
  }

  @ParameterizedTest
  @CsvSource({"https://a.example", "http://b.example"})
  void a_star_exempts_everything(URI url) {
    ProxyEnvironment environment =
        new ProxyEnvironment(Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "*"));
    assertThat(environment.proxyOf(url)).isEmpty();
  }
}
