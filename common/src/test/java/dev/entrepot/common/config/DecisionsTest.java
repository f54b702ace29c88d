package dev.entrepot.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.EdgeSettings.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may pull what, as a file says it. */
final class DecisionsTest {
  @TempDir Path folder;

  @Test
  void without_a_word_every_user_pulls_what_is_public_and_networks_stay_as_they_are() {
    Decisions.Access access = access("access: {}");
    assertThat(access.trustedNetworks()).isEmpty();
    assertThat(access.rules())
        .containsExactly(new Decisions.Rule(List.of("*"), List.of("**"), true));
  }

  @Test
  void an_empty_list_is_nobody() {
    Decisions.Access access = access("access: {only-networks: [], rules: []}");
    assertThat(access.trustedNetworks()).contains(List.of());
    assertThat(access.rules()).isEmpty();
  }

  @Test
  void a_list_is_what_it_says() {
    Decisions.Access access =
        access("access: {only-networks: [10.0.0.0/8], rules: [{users: [ci]}], denied: [a.io/b*]}");
    assertThat(access.trustedNetworks()).contains(List.of("10.0.0.0/8"));
    assertThat(access.rules())
        .containsExactly(new Decisions.Rule(List.of("ci"), List.of("**"), false));
    assertThat(access.denied()).containsExactly("a.io/b*");
  }

  @Test
  void a_key_with_nothing_behind_it_could_mean_either_and_is_asked_about() {
    assertThat(complaints("access:\n  only-networks:\n  rules:\n"))
        .hasSize(2)
        .anySatisfy(it -> assertThat(it).contains("access.rules", "[] for nobody"))
        .anySatisfy(it -> assertThat(it).contains("access.only-networks", "[] for nobody"));
  }

  @Test
  void a_sign_that_patterns_do_not_have_is_refused() {
    assertThat(complaints("access: {denied: [docker.io/evi?], rules: [{repositories: [\"a?\"]}]}"))
        .hasSize(2)
        .allSatisfy(it -> assertThat(it).contains("no signs but * and **"));
  }

  private Decisions.Access access(String text) {
    return switch (read(text)) {
      case Result.Ok(EdgeSettings settings) -> settings.decisions().access();
      case Result.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  private List<String> complaints(String text) {
    return switch (read(text)) {
      case Result.Ok ok -> throw new AssertionError(ok.toString());
      case Result.Refused(List<Complaint> complaints) ->
          complaints.stream().map(Complaint::toString).toList();
    };
  }

  private Result read(String text) {
    try {
      Path file = folder.resolve("edge.yml");
      Files.writeString(file, "version: 1\n" + text + "\n");
      return EdgeSettings.read(Optional.of(file), Map.of());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
