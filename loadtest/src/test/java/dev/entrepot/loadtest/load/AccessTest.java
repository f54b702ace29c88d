package dev.entrepot.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.Secret;
import dev.entrepot.loadtest.load.http.Access;
import dev.entrepot.loadtest.upstream.Auth;
import dev.entrepot.loadtest.upstream.Entry;
import dev.entrepot.loadtest.upstream.Kind;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AccessTest {
  private static final Access ANNA = new Access.Account("anna", new Secret("pass:word"));

  private final ScriptedRegistry registry =
      ScriptedRegistry.start(Auth.bearer("anna", "pass:word", "public"));

  @BeforeEach
  void fill() {
    registry.contents().image("public", "1", 100);
    registry.contents().image("private", "1", 100);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void a_challenge_is_answered_once_for_each_client_and_repository() {
    Figures figures = run(new Access.Anonymous(), 3, 30, "public:1");

    assertThat(figures.isRight()).as("%s", figures.failures()).isTrue();
    assertThat(figures.wire().tokens()).isBetween(1L, 3L);
    assertThat(registry.tokens().issued()).isEqualTo(figures.wire().tokens());
    assertThat(figures.wire().requests()).isEqualTo(30 * 3 + 2 * figures.wire().tokens());
  }

  @Test
  void an_account_gets_tokens_for_what_is_private_and_its_password_goes_nowhere_else() {
    assertThat(run(ANNA, 1, 2, "private:1").isRight()).isTrue();
    assertThat(registry.journal().entries(Entry::isAuthorized))
        .allSatisfy(it ->
            assertThat(it.secrets().get("authorization"))
                .isEqualToIgnoringCase(it.kind() == Kind.TOKEN ? "Basic" : "Bearer"));
  }

  @Test
  void a_refused_account_is_told_without_its_password() {
    Access wrong = new Access.Account("anna", new Secret("canary-word"));

    Figures figures = run(wrong, 1, 1, "private:1");

    assertThat(Loads.kinds(figures)).containsExactly("unauthorized");
    assertThat(figures.failures().toString()).doesNotContain("canary-word");
    assertThat(wrong.toString()).doesNotContain("canary-word");
  }

  @Test
  void what_is_private_stays_so_for_the_anonymous() {
    assertThat(Loads.kinds(run(new Access.Anonymous(), 1, 1, "private:1")))
        .containsExactly("unauthorized");
  }

  @Test
  void a_token_that_ran_out_is_renewed_in_the_middle_of_a_pull() {
    registry.tokens().usesEach(2);

    Figures figures = run(ANNA, 1, 4, "private:1");

    assertThat(figures.isRight()).as("%s", figures.failures()).isTrue();
    assertThat(figures.wire().tokens()).isEqualTo(6);
  }

  @Test
  void a_given_token_is_shown_and_no_other_is_asked_for() {
    Figures figures = run(new Access.Token(new Secret("no-such-token")), 1, 1, "public:1");

    assertThat(Loads.kinds(figures)).containsExactly("unauthorized");
    assertThat(registry.tokens().issued()).isZero();
    assertThat(registry.journal().entries()).allMatch(Entry::isAuthorized);
  }

  @Test
  void basic_is_answered_with_the_account() {
    registry.auth(Auth.basic("anna", "pass:word"));

    assertThat(run(ANNA, 1, 3, "private:1").isRight()).isTrue();
    assertThat(Loads.kinds(run(new Access.Anonymous(), 1, 1, "private:1")))
        .containsExactly("unauthorized");
    Access wrong = new Access.Account("anna", new Secret("other"));
    assertThat(Loads.kinds(run(wrong, 1, 1, "private:1"))).containsExactly("unauthorized");
  }

  private Figures run(Access access, int clients, long pulls, String image) {
    return PullLoad.run(
        Loads.pulls(clients, pulls, image),
        Loads.target(registry),
        Loads.client(access),
        Progress.none());
  }
}
