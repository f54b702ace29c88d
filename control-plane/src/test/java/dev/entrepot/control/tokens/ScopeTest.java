package dev.entrepot.control.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading scopes. */
final class ScopeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "repository:alpine:pull docker.io/library/alpine",
        "repository:docker.io/alpine:pull docker.io/library/alpine",
        "repository:library/alpine:pull docker.io/library/alpine",
        "repository:acme/app:pull,push docker.io/acme/app",
        "repository:ghcr.io/acme/app:push,pull ghcr.io/acme/app",
        "repository:localhost/app:pull localhost/app",
        "repository:localhost:5000/app:pull localhost:5000/app",
        "repository:registry:5000/team/app:* registry:5000/team/app",
      })
  void a_scope_names_a_repository_of_an_upstream(String scope, String name) {
    assertThat(read(scope)).containsExactly(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pull",
        "repository:alpine",
        "repository::pull",
        "repository:alpine:",
        "repository:alpine:push",
        "repository:alpine:PULL",
        "repository(plugin):alpine:pull",
        "registry:catalog:*",
        "repository:ghcr.io/:pull",
        "repository:/alpine:pull",
        "repository:ghcr.io/../secret:pull",
        "repository:ghcr.io//app:pull",
        "repository:ghcr.io/App:pull",
        "repository:GHCR.io/app:pull",
        "repository:gh\"cr.io/app:pull",
        "repository:ghcr.io:x/app:pull",
        "repository:**:pull",
      })
  void what_is_no_pull_of_a_repository_is_dropped(String scope) {
    assertThat(read(scope)).isEmpty();
  }

  @Test
  void only_so_many_scopes_are_looked_at() {
    List<String> many =
        new ArrayList<>(
            IntStream.range(0, 1_000).mapToObj(i -> "repository:a/b" + i + ":pull").toList());
    assertThat(Scope.read(many, "docker.io")).hasSize(Scope.MOST);
    assertThat(Scope.read(List.of(String.join(" ", many)), "docker.io")).hasSize(Scope.MOST);
  }

  @Test
  void a_scope_that_is_there_twice_is_one() {
    assertThat(read("repository:alpine:pull repository:library/alpine:pull")).hasSize(1);
  }

  private static List<String> read(String parameter) {
    return Scope.read(List.of(parameter), "docker.io").stream().map(Scope::name).toList();
  }
}
