package dev.entrepot.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
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
  @CsvSource({"proxy:3128, http://proxy:3128", "socks5://proxy:1080, socks5://proxy:1080"})
  void a_proxy_without_a_scheme_is_of_http(String text, URI proxy) {
    assertThat(new ProxyEnvironment(Map.of("HTTPS_PROXY", text)).proxyOf(URI.create("https://a.b")))
        .contains(proxy);
  }

  @ParameterizedTest
  @CsvSource({"http://user:secret@ proxy", "ftp://proxy:21", "://", "http://"})
  void what_is_no_proxy_is_refused_in_a_sentence_that_keeps_its_secrets(String text) {
    assertThatThrownBy(() ->
            new ProxyEnvironment(Map.of("HTTPS_PROXY", text)).proxyOf(URI.create("https://a.b")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({"https://a.example", "http://b.example"})
  void a_star_exempts_everything(URI url) {
    ProxyEnvironment environment =
        new ProxyEnvironment(Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "*"));
    assertThat(environment.proxyOf(url)).isEmpty();
  }
}
