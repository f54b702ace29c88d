package dev.entrepot.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.http.Endpoint;
import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private final ScriptedRegistry a = ScriptedRegistry.start();
  private final ScriptedRegistry b = ScriptedRegistry.start();

  @BeforeEach
  void fill() {
    a.contents().image("x", "1", 2_000_000);
    b.contents().image("x", "1", 2_000_000);
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  @Test
  void targets_alternate_so_that_time_falls_on_both() {
    List<String> order = new ArrayList<>();
    a.faults().on(Match.manifest("1"), Fault.before(() -> order.add("a")));
    b.faults().on(Match.manifest("1"), Fault.before(() -> order.add("b")));

    compare(4, 1, List.of());

    assertThat(order).containsExactly("a", "b", "b", "a", "a", "b", "b", "a");
  }

  @Test
  void a_process_of_its_own_shows_its_cpu_time_and_memory() {
    // Both registries live in this process: it has worked, and it has memory.
    Comparison comparison = compare(2, 60, List.of(ProcessHandle.current().pid()));

    assertThat(comparison.isRight()).isTrue();
    assertThat(comparison.roundsOfA())
        .hasSize(2)
        .allSatisfy(round -> {
          Round.Use use = round.use().orElseThrow();
          assertThat(use.cpuSeconds()).isGreaterThan(0);
          assertThat(use.rss()).isGreaterThan(10_000_000);
          assertThat(use.rssAnon()).isBetween(1L, use.rss());
        });
    assertThat(Comparison.spread(Metric.CPU_PER_GB, comparison.roundsOfB())).isPresent();
  }

  @Test
  void ratios_are_those_of_b_to_a_within_each_round() {
    b.faults().on(Match.manifest("1"), Fault.delay(Duration.ofMillis(150)));

    Comparison comparison = compare(3, 4, List.of());

    assertThat(comparison.ratio(Metric.PULLS).orElseThrow().most()).isLessThan(1);
    assertThat(comparison.ratio(Metric.P50).orElseThrow().least()).isGreaterThan(1);
    assertThat(comparison.ratio(Metric.RSS)).as("no pid was given").isEmpty();
  }

  @Test
  void the_median_is_the_middle_and_the_range_the_outermost() {
    assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).contains(new Spread(2, 1, 3));
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).contains(new Spread(2.5, 1, 4));
    assertThat(Spread.of(List.of())).isEmpty();
  }

  @Test
  void one_failure_in_one_round_makes_the_comparison_wrong() {
    b.faults().on(Match.manifest("1").nth(3), Fault.status(500));

    assertThat(compare(3, 2, List.of()).isRight()).isFalse();
  }

  @Test
  void a_process_that_does_not_run_is_refused_before_anything_is_measured() {
    assertThatThrownBy(() -> compare(1, 1, List.of(Long.MAX_VALUE)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("give the pid of a running process");
    assertThat(a.journal().entries()).isEmpty();
  }

  private Comparison compare(int rounds, long pulls, List<Long> pids) {
    Comparison.Plan plan = new Comparison.Plan(Loads.pulls(1, pulls, "x:1"), rounds, Duration.ZERO);
    return Comparison.run(
        plan,
        new Target("a", List.of(Endpoint.of(a.uri())), pids),
        new Target("b", List.of(Endpoint.of(b.uri())), pids),
        Loads.ANONYMOUS,
        Progress.none());
  }
}
