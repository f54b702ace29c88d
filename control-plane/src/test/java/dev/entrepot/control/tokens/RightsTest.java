package dev.entrepot.control.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.Decisions.Rule;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.AccessToken.Grant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who may pull what. */
final class RightsTest {
  private static final Optional<String> ALICE = Optional.of("alice");
  private static final Optional<String> BOB = Optional.of("bob");
  private static final Optional<String> NOBODY = Optional.empty();

  private static final Rule EVERYONE_PUBLIC = new Rule(List.of("*"), List.of("**"), true);
  private static final Rule ALICE_CORP =
      new Rule(List.of("alice", "ci"), List.of("registry.corp.example/**"), false);

  @Test
  void rules_add_up() {
    Rights rights = rights(EVERYONE_PUBLIC, ALICE_CORP);
    assertThat(granted(rights, ALICE, "registry.corp.example/team/app", "docker.io/library/alpine"))
        .containsExactly(
            new Grant("registry.corp.example/team/app", false),
            new Grant("docker.io/library/alpine", true));
    assertThat(granted(rights, BOB, "registry.corp.example/team/app"))
        .containsExactly(new Grant("registry.corp.example/team/app", true));
    assertThat(granted(rights, NOBODY, "docker.io/library/alpine")).isEmpty();
  }

  @Test
  void rules_add_up_in_any_order() {
    assertThat(granted(rights(ALICE_CORP, EVERYONE_PUBLIC), ALICE, "registry.corp.example/app"))
        .containsExactly(new Grant("registry.corp.example/app", false));
  }

  @Test
  void what_is_for_anonymous_is_for_everyone() {
    Rights rights = rights(new Rule(List.of("anonymous"), List.of("docker.io/library/*"), true));
    assertThat(granted(rights, NOBODY, "docker.io/library/alpine")).hasSize(1);
    assertThat(granted(rights, BOB, "docker.io/library/alpine")).hasSize(1);
    assertThat(granted(rights, NOBODY, "docker.io/acme/alpine")).isEmpty();
  }

  @Test
  void what_is_denied_is_denied_to_everyone() {
    Rights rights =
        new Rights(
            TokenFixture.access(
                List.of(new Rule(List.of("alice", "anonymous"), List.of("**"), false)),
                List.of("docker.io/evil/**")));
    assertThat(granted(rights, ALICE, "docker.io/evil/app", "docker.io/good/app"))
        .containsExactly(new Grant("docker.io/good/app", false));
    assertThat(granted(rights, NOBODY, "docker.io/evil/app")).isEmpty();
  }

  @Test
  void a_repository_of_another_upstream_is_another_repository() {
    Rights rights = rights(new Rule(List.of("alice"), List.of("docker.io/acme/app"), false));
    assertThat(granted(rights, ALICE, "ghcr.io/acme/app", "docker.io/acme/app/x")).isEmpty();
    assertThat(granted(rights, ALICE, "docker.io/acme/app")).hasSize(1);
  }

  @Test
  void there_are_no_more_grants_than_a_token_holds() {
    String[] many =
        IntStream.range(0, 60).mapToObj(i -> "docker.io/a/b" + i).toArray(String[]::new);
    assertThat(granted(rights(EVERYONE_PUBLIC), ALICE, many)).hasSize(AccessToken.MAX_GRANTS);
  }

  private static Rights rights(Rule... rules) {
    return new Rights(TokenFixture.access(List.of(rules), List.of()));
  }

  private static List<Grant> granted(Rights rights, Optional<String> user, String... names) {
    String scopes = "repository:" + String.join(":pull repository:", names) + ":pull";
    return rights.granted(user, Scope.read(List.of(scopes), "docker.io"));
  }
}
