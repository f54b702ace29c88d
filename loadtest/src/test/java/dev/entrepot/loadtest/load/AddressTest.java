package dev.entrepot.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Secret;
import dev.entrepot.loadtest.load.http.Access;
import dev.entrepot.loadtest.load.http.Endpoint;
import dev.entrepot.loadtest.upstream.Auth;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How registries are addressed that speak for others. */
final class AddressTest {
  private final ScriptedRegistry registry = ScriptedRegistry.start();

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void a_prefix_stands_before_every_repository_and_in_the_scope_of_tokens() {
    registry.contents().image("docker.io/library/a", "1", 10);
    registry.auth(Auth.bearer("anna", "word"));

    assertThat(run("/docker.io/", "library/a:1").isRight()).isTrue();
  }

  @Test
  void a_namespace_goes_with_every_request() {
    registry.contents().image("a", "1", 10);

    assertThat(run("?ns=ghcr.io", "a:1").isRight()).isTrue();
    assertThat(registry.journal().entries())
        .hasSize(3)
        .allSatisfy(it -> assertThat(it.request().target()).endsWith("?ns=ghcr.io"));
  }

  @Test
  void an_address_is_written_as_it_was_read() {
    for (String text :
        List.of(
            "http://cache:5000",
            "https://cache/docker.io",
            "http://[::1]:5000?ns=quay.io",
            "http://cache:5000/a/b?ns=localhost:5001")) {
      assertThat(Endpoint.of(URI.create(text))).hasToString(text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cache:5000",
        "ftp://cache",
        "http://",
        "http://user:word@cache",
        "http://cache?page=1",
        "http://cache?ns=",
        "http://cache#x",
        "http://cache/a%20b"
      })
  void what_is_no_address_of_a_registry_is_refused(String text) {
    assertThatThrownBy(() -> Endpoint.of(URI.create(text)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Figures run(String behind, String image) {
    Endpoint endpoint = Endpoint.of(URI.create(registry.uri() + behind));
    Access access = new Access.Account("anna", new Secret("word"));
    return PullLoad.run(
        Loads.pulls(1, 1, image),
        new Target("prefixed", List.of(endpoint), List.of()),
        Loads.client(access),
        Progress.none());
  }
}
