package dev.entrepot.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StopwatchTest {
  private static final int WRITERS = 4;
  private static final int EACH = 200_000;

  private final Stopwatch stopwatch = new Stopwatch();

  @Test
  void reading_while_others_record_loses_nothing_and_breaks_nothing() throws InterruptedException {
    List<Thread> writers = new ArrayList<>();
    for (int number = 0; number < WRITERS; number++) {
      writers.add(Thread.ofPlatform().start(this::record));
    }

    long before = 0;
    while (writers.stream().anyMatch(Thread::isAlive)) {
      long count = stopwatch.latencies().count();
      assertThat(count).isGreaterThanOrEqualTo(before);
      before = count;
    }
    for (Thread writer : writers) {
      writer.join();
    }

    assertThat(stopwatch.latencies().count()).isEqualTo(WRITERS * EACH);
  }

  @Test
  void values_are_precise_to_three_digits() {
    for (long micros = 1; micros <= 1000; micros++) {
      stopwatch.timed(micros * 1000);
    }

    Latencies latencies = stopwatch.latencies();
    assertThat(latencies.at(50)).isBetween(499_000L, 501_000L);
    assertThat(latencies.at(99)).isBetween(989_000L, 991_000L);
    assertThat(latencies.max()).isBetween(1_000_000L, 1_001_000L);
    assertThat(latencies.mean()).isBetween(500_000.0, 501_500.0);
  }

  private void record() {
    for (int n = 1; n <= EACH; n++) {
      stopwatch.timed(n * 1000L);
    }
  }
}
