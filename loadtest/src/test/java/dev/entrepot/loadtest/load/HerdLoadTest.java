package dev.entrepot.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Hold;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HerdLoadTest {
  private static final long SIZE = 200_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ScriptedRegistry registry = ScriptedRegistry.start();
  private final ScriptedRegistry other = ScriptedRegistry.start();
  private final Descriptor blob = registry.contents().generatedBlob("a", SIZE, 5);

  HerdLoadTest() {
    other.contents().generatedBlob("a", SIZE, 5);
  }

  @AfterEach
  void stop() {
    registry.close();
    other.close();
  }

  @Test
  void two_hundred_clients_ask_for_one_blob_and_every_hash_is_right() {
    Figures figures = herd(200, MINUTE, registry, other);

    assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(200, 0, 0));
    assertThat(figures.hashes()).isEqualTo(new Figures.Hashes(200, 0, 0));
    assertThat(figures.wire().bytes()).isEqualTo(200 * SIZE);
    assertThat(figures.of(Span.BLOB_FIRST_BYTE).count()).isEqualTo(200);
    assertThat(figures.of(Span.BLOB_FIRST_BYTE).max())
        .isLessThanOrEqualTo(figures.of(Span.BLOB).max());
    assertThat(registry.journal().entries()).hasSize(100);
    assertThat(other.journal().entries()).hasSize(100);
  }

  @Test
  void all_clients_are_under_way_at_the_same_time() {
    Hold hold = new Hold();
    registry.faults().on(Match.any(), Fault.stallAfter(1, hold));
    Thread freeing =
        Thread.ofVirtual()
            .start(() -> {
              hold.awaitArrivals(50, MINUTE);
              hold.release();
            });

    assertThat(herd(50, MINUTE, registry).isRight()).isTrue();
    assertThat(freeing.isAlive()).as("released by the fiftieth").isFalse();
  }

  @Test
  void one_wrong_body_among_many_is_found() {
    registry.faults().on(Match.any().nth(17), Fault.flip(SIZE / 2));

    Figures figures = herd(40, MINUTE, registry);

    assertThat(figures.hashes()).isEqualTo(new Figures.Hashes(39, 1, 0));
    assertThat(figures.isRight()).isFalse();
  }

  @Test
  void a_herd_that_takes_too_long_is_broken_off() {
    registry.faults().on(Match.any().nth(2), Fault.neverAnswer());

    Figures figures = herd(3, Duration.ofMillis(300), registry);

    assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(2, 1, 0));
    assertThat(Loads.kinds(figures)).containsExactly("unfinished");
  }

  @Test
  void a_herd_can_want_a_whole_image() {
    registry.contents().image("b", "1", 1000);
    HerdPlan plan =
        new HerdPlan(10, new HerdPlan.Image(ImageName.parse("b:1"), Loads.PLATFORM), MINUTE);

    Figures figures = HerdLoad.run(plan, Loads.target(registry), Loads.ANONYMOUS, Progress.none());

    assertThat(figures.hashes().right()).isEqualTo(30);
  }

  private Figures herd(int clients, Duration most, ScriptedRegistry... registries) {
    HerdPlan plan = new HerdPlan(clients, new HerdPlan.Blob("a", blob.digest()), most);
    return HerdLoad.run(plan, Loads.target(registries), Loads.ANONYMOUS, Progress.none());
  }
}
