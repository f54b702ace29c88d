package dev.entrepot.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.http.Access;
import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Hold;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A load that is interrupted, as by Ctrl-C, says how far it came. */
final class InterruptTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ScriptedRegistry registry = ScriptedRegistry.start();
  private final Hold hold = new Hold();

  InterruptTest() {
    registry.contents().image("a", "1", 1000);
  }

  @AfterEach
  void stop() {
    hold.release();
    registry.close();
  }

  @Test
  void a_pull_load_tells_what_came_and_what_was_broken_off() throws InterruptedException {
    registry.faults().on(Match.manifest("1").after(5), Fault.stallAfter(1, hold));

    Figures figures = interrupted(() -> Loads.run(Loads.pulls(1, 1000, "a:1"), registry));

    assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(5, 1, 0));
    assertThat(Loads.kinds(figures)).containsExactly("unfinished");
    assertThat(figures.elapsed()).isLessThan(MINUTE);
  }

  @Test
  void a_comparison_keeps_its_whole_rounds_alone() throws InterruptedException {
    // Rounds of two pulls: A B, B A, and the fourth of A is the one that hangs.
    registry.faults().on(Match.manifest("1").after(9), Fault.stallAfter(1, hold));
    Target target = Loads.target(registry);
    Comparison.Plan plan = new Comparison.Plan(Loads.pulls(1, 2, "a:1"), 100, Duration.ZERO);

    Comparison comparison =
        interrupted(() -> Comparison.run(plan, target, target, Loads.ANONYMOUS, Progress.none()));

    assertThat(comparison.roundsOfA()).hasSize(2);
    assertThat(comparison.roundsOfB()).hasSize(2);
    assertThat(comparison.isRight()).isTrue();
  }

  @Test
  void a_comparison_without_a_round_is_not_right() {
    Target target = Loads.target(registry);

    Thread.currentThread().interrupt();
    Comparison comparison =
        Comparison.run(
            new Comparison.Plan(Loads.pulls(1, 1, "a:1"), 1, MINUTE),
            target,
            target,
            Loads.client(new Access.Anonymous()),
            Progress.none());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(comparison.isRight()).isFalse();
  }

  @Test
  void a_warm_up_that_goes_wrong_ends_the_comparison_before_it_measures() {
    registry.faults().on(Match.manifest("1").nth(2), Fault.status(500));
    Target target = Loads.target(registry);
    Comparison.Plan plan = new Comparison.Plan(Loads.pulls(1, 3, "a:1"), 1, MINUTE);

    assertThatThrownBy(() -> Comparison.run(plan, target, target, Loads.ANONYMOUS, Progress.none()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("warm-up of scripted")
        .hasMessageContaining("500");
  }

  /** Runs it in a thread that is interrupted when the registry holds a request. */
  private <T> T interrupted(Supplier<T> load) throws InterruptedException {
    AtomicReference<T> result = new AtomicReference<>();
    Thread runner = Thread.ofPlatform().start(() -> result.set(load.get()));
    hold.awaitArrivals(1, MINUTE);
    runner.interrupt();
    runner.join();
    return result.get();
  }
}
