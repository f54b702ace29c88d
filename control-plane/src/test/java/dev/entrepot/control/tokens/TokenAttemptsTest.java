package dev.entrepot.control.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Wrong passwords: what they are answered, and when no more are looked at. */
@Timeout(60)
final class TokenAttemptsTest {
  private static final String ALICE = TokenFixture.basic("alice", "alice-secret");
  private static final String STALE = TokenFixture.basic("alice", "elsewhere");
  private static final String BOB = TokenFixture.basic("bob", "bob-secret");

  @TempDir Path folder;
  private TokenFixture tokens;
  private int guesses;

  @BeforeEach
  void open() throws Exception {
    Path users = TokenFixture.users(folder, "alice", "bob", "carol", "dave");
    tokens = new TokenFixture(users, TokenFixture.PUBLIC);
  }

  @AfterEach
  void close() throws Exception {
    tokens.close();
  }

  @Test
  void a_wrong_password_is_challenged() throws Exception {
    HttpResponse<String> answer = wrong("alice");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate"))
        .contains("Basic realm=\"entrepot\"");
    assertThat(answer.body()).contains("UNAUTHORIZED");
    assertThat(tokens.outcomes).containsExactly("refused");
  }

  @Test
  void a_name_that_is_nobody_is_answered_as_a_wrong_password() throws Exception {
    HttpResponse<String> nobody = wrong("mallory");
    HttpResponse<String> alice = wrong("alice");
    assertThat(nobody.statusCode()).isEqualTo(alice.statusCode());
    assertThat(nobody.headers().firstValue("www-authenticate"))
        .isEqualTo(alice.headers().firstValue("www-authenticate"));
    assertThat(nobody.body()).hasSameSizeAs(alice.body());
  }

  @Test
  void a_password_is_nobodys_but_its_users() throws Exception {
    assertThat(status(ALICE)).isEqualTo(200);
    assertThat(status(TokenFixture.basic("bob", "alice-secret"))).isEqualTo(401);
    assertThat(status(TokenFixture.basic("alice", ""))).isEqualTo(401);
    assertThat(status(TokenFixture.basic("", "alice-secret"))).isEqualTo(401);
  }

  @Test
  void foreign_credentials_from_one_address_lock_nobody_out() throws Exception {
    for (int i = 0; i < 500; i++) {
      assertThat(wrong("user-" + i % 7).statusCode()).isEqualTo(401);
    }
    assertThat(status(ALICE)).isEqualTo(200);
    assertThat(tokens.outcomes).doesNotContain("throttled");
  }

  /** An account elsewhere is called like one of our users, and its password is not ours. */
  @Test
  void one_wrong_password_over_and_over_locks_nobody_out() throws Exception {
    for (int i = 0; i < 500; i++) {
      assertThat(status(STALE)).isEqualTo(401);
    }
    assertThat(status(ALICE)).isEqualTo(200);
    assertThat(status(BOB)).isEqualTo(200);
    assertThat(tokens.outcomes).doesNotContain("throttled");
  }

  @Test
  void among_repetitions_other_passwords_still_count() throws Exception {
    for (int i = 0; i < TokenFixture.FEW.perAccount() - 1; i++) {
      assertThat(status(STALE)).isEqualTo(401);
      assertThat(wrong("alice").statusCode()).isEqualTo(401);
    }
    assertThat(wrong("alice").statusCode()).isEqualTo(429);
    assertThat(status(STALE)).as("no guess").isEqualTo(401);
  }

  @Test
  void a_wrong_password_counts_again_after_a_while() throws Exception {
    assertThat(status(STALE)).isEqualTo(401);
    tokens.clock.advance(Passwords.WRONG_REMEMBERED);
    assertThat(status(STALE)).isEqualTo(401);
    for (int i = 1; i < TokenFixture.FEW.perAccount(); i++) {
      assertThat(wrong("alice").statusCode()).isEqualTo(401);
    }
    assertThat(wrong("alice").statusCode()).isEqualTo(429);
  }

  @Test
  void what_was_wrong_is_right_as_soon_as_the_users_say_so() throws Exception {
    assertThat(status(STALE)).isEqualTo(401);
    assertThat(status(STALE)).isEqualTo(401);
    Path next = folder.resolve("users.new");
    Files.writeString(next, "alice:" + TokenFixture.hash("elsewhere") + "\n");
    Files.move(next, folder.resolve("users"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(status(STALE)).isEqualTo(200);
    assertThat(status(ALICE)).isEqualTo(401);
  }

  @Test
  void too_many_wrong_passwords_of_one_user_must_wait() throws Exception {
    for (int i = 0; i < TokenFixture.FEW.perAccount(); i++) {
      assertThat(wrong("alice").statusCode()).isEqualTo(401);
    }
    HttpResponse<String> answer = wrong("alice");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.body()).contains("TOOMANYREQUESTS");
    assertThat(answer.headers().firstValueAsLong("retry-after").orElseThrow()).isBetween(1L, 61L);
    assertThat(status(ALICE)).as("a right password that nobody remembers").isEqualTo(429);
    assertThat(status(BOB)).as("another user").isEqualTo(200);
    tokens.clock.advance(TokenFixture.FEW.window());
    assertThat(status(ALICE)).isEqualTo(200);
  }

  @Test
  void who_was_right_a_moment_ago_is_let_through_whoever_guesses() throws Exception {
    assertThat(status(ALICE)).isEqualTo(200);
    for (int i = 0; i < TokenFixture.FEW.perAccount(); i++) {
      assertThat(wrong("alice").statusCode()).isEqualTo(401);
    }
    assertThat(wrong("alice").statusCode()).isEqualTo(429);
    assertThat(status(ALICE)).isEqualTo(200);
    assertThat(tokens.outcomes).endsWith("throttled", "issued");
  }

  @Test
  void guesses_from_elsewhere_keep_nobody_out_where_they_have_been_right() throws Exception {
    assertThat(status(ALICE)).isEqualTo(200);
    tokens.clock.advance(Passwords.REMEMBERED);
    for (int i = 0; i < TokenFixture.FEW.perAccount(); i++) {
      assertThat(elsewhere(TokenFixture.basic("alice", "guess-" + i))).isEqualTo(401);
    }
    assertThat(elsewhere(TokenFixture.basic("alice", "guess"))).isEqualTo(429);

    assertThat(status(ALICE)).isEqualTo(200);
    tokens.clock.advance(Attempts.OWN);
    for (int i = 0; i < TokenFixture.FEW.perAccount(); i++) {
      assertThat(elsewhere(TokenFixture.basic("alice", "other-" + i))).isEqualTo(401);
    }
    assertThat(status(ALICE)).as("long ago").isEqualTo(429);
  }

  @Test
  void what_is_remembered_is_forgotten_again() throws Exception {
    assertThat(status(ALICE)).isEqualTo(200);
    tokens.clock.advance(Passwords.REMEMBERED);
    for (int i = 0; i < TokenFixture.FEW.perAccount(); i++) {
      assertThat(wrong("alice").statusCode()).isEqualTo(401);
    }
    assertThat(status(ALICE)).isEqualTo(429);
  }

  @Test
  void too_many_wrong_passwords_from_one_address_must_wait() throws Exception {
    for (String user : new String[] {"alice", "bob", "carol", "dave", "alice"}) {
      assertThat(wrong(user).statusCode()).isEqualTo(401);
    }
    assertThat(status(BOB)).isEqualTo(429);
    assertThat(tokens.get("").statusCode()).as("nobody in particular").isEqualTo(200);
    tokens.clock.advance(Duration.ofMinutes(1));
    assertThat(status(BOB)).isEqualTo(200);
  }

  /** Each time another password. */
  private HttpResponse<String> wrong(String user) throws Exception {
    guesses++;
    return tokens.get("", TokenFixture.basic(user, "not-it-%03d".formatted(guesses)));
  }

  private int elsewhere(String authorization) throws Exception {
    return tokens.getFrom("127.0.0.9", authorization).statusCode();
  }

  private int status(String authorization) throws Exception {
    return tokens.get("", authorization).statusCode();
  }
}
