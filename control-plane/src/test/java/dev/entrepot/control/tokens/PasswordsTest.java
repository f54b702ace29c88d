package dev.entrepot.control.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.entrepot.control.TestClock;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class PasswordsTest {
  private static final String HASH =
      BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(8, "secret".toCharArray());

  private final Passwords passwords = new Passwords(new SecureRandom(), new TestClock());

  /** A hundred machines start in the morning. */
  @Test
  void a_wrong_password_that_many_have_at_a_time_is_found_wrong_once() throws Exception {
    CountDownLatch together = new CountDownLatch(1);
    List<Future<Passwords.Verdict>> said = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < 16; i++) {
        said.add(
            pool.submit(() -> {
              together.await();
              return passwords.verdict("alice", "elsewhere", HASH);
            }));
      }
      together.countDown();
    }
    int first = 0;
    for (Future<Passwords.Verdict> verdict : said) {
      assertThat(verdict.get()).isNotEqualTo(Passwords.Verdict.RIGHT);
      first += verdict.get() == Passwords.Verdict.WRONG ? 1 : 0;
    }
    assertThat(first).isEqualTo(1);
  }

  @Test
  void what_is_remembered_is_of_one_user_one_password_and_one_hash() {
    assertThat(passwords.verdict("alice", "elsewhere", HASH)).isEqualTo(Passwords.Verdict.WRONG);
    assertThat(passwords.remembered("alice", "elsewhere", HASH))
        .contains(Passwords.Verdict.WRONG_AGAIN);
    assertThat(passwords.remembered("bob", "elsewhere", HASH)).isEmpty();
    assertThat(passwords.remembered("alice", "elsewhere!", HASH)).isEmpty();
    assertThat(passwords.remembered("alice", "elsewhere", HASH + " ")).isEmpty();
    assertThat(passwords.verdict("alice", "secret", HASH)).isEqualTo(Passwords.Verdict.RIGHT);
    assertThat(passwords.remembered("alice", "secret", HASH)).contains(Passwords.Verdict.RIGHT);
  }
}
