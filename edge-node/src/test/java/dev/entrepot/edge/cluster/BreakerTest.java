package dev.entrepot.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoseconds may run over
  private final Breaker breaker = new Breaker(HintLimits.STANDARD, now::get);

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed();
    }
  }

  @Test
  void five_failures_in_a_row_stop_all_questions_for_a_second() {
    fail(4);
    assertThat(breaker.allows()).isTrue();
    fail(1);
    assertThat(breaker.allows()).isFalse();
    now.addAndGet(Duration.ofMillis(999).toNanos());
    assertThat(breaker.allows()).isFalse();
  }

  @Test
  void then_one_question_at_a_time_probes_until_one_is_answered() {
    fail(5);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(breaker.allows()).isTrue();
    assertThat(breaker.allows()).isFalse();
    fail(1);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(breaker.allows()).isTrue();
    breaker.answered();
    assertThat(breaker.allows()).isTrue();
    assertThat(breaker.allows()).isTrue();
  }

  @Test
  void an_answer_between_failures_begins_the_count_anew() {
    fail(4);
    breaker.answered();
    fail(4);
    assertThat(breaker.allows()).isTrue();
  }
}
