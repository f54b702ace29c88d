package dev.entrepot.control.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.Decisions;
import dev.entrepot.control.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Counting in windows. */
final class AttemptsTest {
  private final TestClock clock = new TestClock();
  private final Attempts attempts =
      new Attempts(new Decisions.Attempts(2, 3, Duration.ofMinutes(1)), clock);

  @Test
  void the_pause_ends_with_the_window_that_began_with_the_first() {
    attempts.wrong("alice", "192.0.2.1");
    clock.advance(Duration.ofSeconds(20));
    attempts.wrong("alice", "192.0.2.2");
    assertThat(attempts.pause("alice", "192.0.2.3")).contains(Duration.ofSeconds(40));
    clock.advance(Duration.ofSeconds(40));
    assertThat(attempts.pause("alice", "192.0.2.3")).isEmpty();
  }

  @Test
  void a_new_window_counts_from_one() {
    attempts.wrong("alice", "192.0.2.1");
    attempts.wrong("alice", "192.0.2.1");
    clock.advance(Duration.ofMinutes(1));
    attempts.wrong("alice", "192.0.2.1");
    assertThat(attempts.pause("alice", "192.0.2.1")).isEmpty();
  }

  @Test
  void an_address_has_a_count_of_its_own() {
    attempts.wrong("alice", "192.0.2.1");
    attempts.wrong("bob", "192.0.2.1");
    assertThat(attempts.pause("carol", "192.0.2.1")).isEmpty();
    attempts.wrong("carol", "192.0.2.1");
    assertThat(attempts.pause("dave", "192.0.2.1")).isPresent();
    assertThat(attempts.pause("dave", "192.0.2.2")).isEmpty();
  }
}
