package dev.entrepot.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.upstream.Bytes;
import dev.entrepot.loadtest.upstream.Entry;
import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.Kind;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PullLoadTest {
  private static final long LAYER = 300_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ScriptedRegistry registry = ScriptedRegistry.start();
  private final Image image = registry.contents().image("library/a", "1", LAYER, 10);

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void every_body_of_every_pull_is_hashed_and_counted() {
    Figures figures = Loads.run(Loads.pulls(4, 20, "library/a:1"), registry);

    long each = image.manifest().size() + image.config().size() + LAYER + 10;
    assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(20, 0, 0));
    assertThat(figures.hashes()).isEqualTo(new Figures.Hashes(20 * 4, 0, 0));
    assertThat(figures.wire().requests()).isEqualTo(20 * 4);
    assertThat(figures.wire().bytes()).isEqualTo(20 * each);
    assertThat(figures.wire().connections()).isEqualTo(4);
    assertThat(figures.failures()).isEmpty();
    assertThat(figures.isRight()).isTrue();
    assertThat(registry.journal().countBy(Entry::kind))
        .containsEntry(Kind.MANIFEST, 20L)
        .containsEntry(Kind.BLOB, 60L);
  }

  @Test
  void a_corrupted_body_is_counted_as_wrong() {
    registry
        .faults()
        .on(Match.blob(image.layers().getFirst().digest()).nth(3), Fault.flip(LAYER - 1));

    Figures figures = Loads.run(Loads.pulls(2, 10, "library/a:1"), registry);

    assertThat(figures.hashes().wrong()).isEqualTo(1);
    assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(9, 1, 0));
    assertThat(figures.isRight()).isFalse();
    assertThat(figures.failures())
        .singleElement()
        .satisfies(it -> assertThat(it.kind()).isEqualTo("wrong-hash"))
        .satisfies(it -> assertThat(it.count()).isEqualTo(1))
        .satisfies(
            it -> assertThat(it.sample()).contains(image.layers().getFirst().digest().toString()));
  }

  @Test
  void a_body_of_the_right_length_and_the_wrong_origin_is_wrong_for_good() {
    registry
        .contents()
        .corruptBlob("library/a", image.layers().get(1).digest(), Bytes.generated(10, 77));

    assertThat(Loads.run(Loads.pulls(1, 3, "library/a:1"), registry).hashes().wrong()).isEqualTo(3);
  }

  @Test
  void a_manifest_by_tag_is_held_against_the_digest_beside_it() {
    registry
        .faults()
        .on(
            Match.manifest("1").nth(1),
            Fault.header("Docker-Content-Digest", image.config().digest().toString()));
    registry.faults().on(Match.manifest("1").nth(2), Fault.withoutDigest());

    Figures figures = Loads.run(Loads.pulls(1, 3, "library/a:1"), registry);

    assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(2, 1, 0));
    assertThat(figures.hashes()).isEqualTo(new Figures.Hashes(3 + 4, 1, 1));
  }

  @Test
  void an_image_can_be_named_by_digest() {
    registry.faults().on(Match.any(), Fault.withoutDigest());
    String name = "library/a@" + image.manifest().digest();

    assertThat(Loads.run(Loads.pulls(1, 1, name), registry).hashes())
        .isEqualTo(new Figures.Hashes(4, 0, 0));
  }

  @Test
  void an_index_leads_to_the_manifest_of_a_platform() {
    var index = registry.contents().index("library/a", List.of(image.manifest()));
    registry.contents().tag("library/a", "all", index.digest());

    Figures figures = Loads.run(Loads.pulls(1, 1, "library/a:all"), registry);

    assertThat(figures.isRight()).isTrue();
    assertThat(figures.hashes().right()).isEqualTo(5);
  }

  @Test
  void manifests_alone_or_blobs_alone_can_be_pulled() {
    PullPlan.Choice manifests = Loads.choice(What.MANIFEST, "library/a:1");
    PullPlan.Choice blobs = Loads.choice(What.BLOBS, "library/a:1");

    assertThat(Loads.run(Loads.pulls(2, 6, manifests), registry).wire().requests()).isEqualTo(6);
    assertThat(Loads.run(Loads.pulls(2, 6, blobs), registry).wire().requests()).isEqualTo(18);
    assertThat(registry.journal().countBy(Entry::kind))
        .containsEntry(Kind.MANIFEST, 7L)
        .containsEntry(Kind.BLOB, 18L);
  }

  @Test
  void blobs_that_nobody_can_name_are_refused_before_the_start() {
    PullPlan.Choice blobs = Loads.choice(What.BLOBS, "library/none:1");

    assertThatThrownBy(() -> Loads.run(Loads.pulls(1, 1, blobs), registry))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("library/none:1", "404");
  }

  @Test
  void images_are_taken_in_turn_or_by_popularity() {
    registry.contents().image("b", "1", 10);
    PullPlan.Choice inTurn = Loads.choice(What.MANIFEST, "library/a:1", "b:1");
    Loads.run(Loads.pulls(3, 40, inTurn), registry);
    assertThat(asked("b")).isEqualTo(20);

    registry.journal().clear();
    PullPlan.Choice zipf =
        new PullPlan.Choice(
            inTurn.images(), OptionalDouble.of(2), 7, What.MANIFEST, Loads.PLATFORM);
    Loads.run(Loads.pulls(3, 200, zipf), registry);
    assertThat(asked("b")).as("a fifth on average").isBetween(15L, 70L);

    long before = asked("b");
    registry.journal().clear();
    Loads.run(Loads.pulls(3, 200, zipf), registry);
    assertThat(asked("b")).as("the same seed chooses the same").isEqualTo(before);
  }

  @Test
  void clients_are_spread_over_several_registries() {
    try (ScriptedRegistry other = ScriptedRegistry.start()) {
      other.contents().image("library/a", "1", 10);

      Figures figures = Loads.run(Loads.pulls(4, 400, "library/a:1"), registry, other);

      assertThat(figures.isRight()).isTrue();
      assertThat(registry.journal().entries()).isNotEmpty();
      assertThat(other.journal().entries()).isNotEmpty();
    }
  }

  @Test
  void every_image_is_pulled_once_from_every_address_when_each_pulls_for_itself() {
    registry.contents().image("b", "1", 10);
    try (ScriptedRegistry other = ScriptedRegistry.start()) {
      other.contents().image("library/a", "1", 10);
      other.contents().image("b", "1", 10);
      PullPlan plan =
          PullPlan.each(5, MINUTE, MINUTE, Loads.choice(What.IMAGE, "library/a:1", "b:1"));

      Figures figures = Loads.run(plan, registry, other);

      assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(4, 0, 0));
      for (ScriptedRegistry one : List.of(registry, other)) {
        assertThat(
                one.journal().entries(it -> it.kind() == Kind.MANIFEST).stream()
                    .map(it -> it.request().route().repository()))
            .containsExactlyInAnyOrder("library/a", "b");
      }
    }
  }

  @Test
  void what_an_address_had_no_time_to_begin_has_failed_when_each_pulls_for_itself() {
    registry.faults().on(Match.manifest("1"), Fault.delay(Duration.ofMillis(400)));
    String[] thrice = {"library/a:1", "library/a:1", "library/a:1"};
    PullPlan plan =
        PullPlan.each(1, Duration.ofMillis(200), MINUTE, Loads.choice(What.MANIFEST, thrice));

    Figures figures = Loads.run(plan, registry);

    assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(1, 2, 0));
    assertThat(Loads.kinds(figures)).containsExactly("unfinished");
    assertThat(figures.isRight()).isFalse();
  }

  @Test
  void at_a_rate_latency_counts_the_wait_for_a_free_client() {
    registry.faults().on(Match.manifest("1").nth(1), Fault.delay(Duration.ofMillis(600)));

    Figures figures = Loads.run(Loads.atRate(1, 10, 100, "library/a:1"), registry);

    // Nine pulls were due within 100 ms, and the only client was busy for 600.
    assertThat(figures.pulls().right()).isEqualTo(10);
    assertThat(figures.of(Span.PULL).at(10)).isGreaterThan(Duration.ofMillis(450).toNanos());
    assertThat(figures.of(Span.MANIFEST).at(50)).isLessThan(Duration.ofMillis(450).toNanos());
  }

  @Test
  void a_rate_is_kept_by_a_server_that_can() {
    Figures figures = Loads.run(Loads.atRate(4, 20, 40, "library/a:1"), registry);

    assertThat(figures.elapsed()).isGreaterThan(Duration.ofMillis(19 * 25));
    assertThat(figures.pulls().notBegun()).isZero();
  }

  /** A microsecond before the end is less than a client needs to wake up. */
  @Test
  void who_waits_for_a_pull_begins_it_though_the_end_has_passed_in_waking_up() {
    PullPlan plan =
        new PullPlan(
            2,
            Duration.ofMillis(100).plusNanos(1_000),
            OptionalLong.empty(),
            OptionalDouble.of(10),
            MINUTE,
            Loads.choice(What.MANIFEST, "library/a:1"));

    assertThat(Loads.run(plan, registry).pulls()).isEqualTo(new Figures.Pulls(2, 0, 0));
  }

  @Test
  void pulls_that_were_due_and_never_began_are_told() {
    registry.faults().on(Match.manifest("1"), Fault.delay(Duration.ofMillis(400)));
    PullPlan plan =
        new PullPlan(
            1,
            Duration.ofMillis(200),
            OptionalLong.empty(),
            OptionalDouble.of(100),
            Duration.ofSeconds(10),
            Loads.choice(What.MANIFEST, "library/a:1"));

    assertThat(Loads.run(plan, registry).pulls()).isEqualTo(new Figures.Pulls(1, 0, 19));
  }

  @Test
  void a_load_ends_by_itself_and_says_what_it_broke_off() {
    registry.faults().on(Match.any().after(2), Fault.neverAnswer());
    PullPlan plan =
        new PullPlan(
            2,
            Duration.ofMillis(100),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            Duration.ofMillis(200),
            Loads.choice(What.IMAGE, "library/a:1"));

    Figures figures = Loads.run(plan, registry);

    assertThat(Loads.kinds(figures)).containsExactly("unfinished");
    assertThat(figures.pulls().failed()).isEqualTo(2);
  }

  @Test
  void a_dead_server_is_counted_and_not_asked_in_a_tight_loop() {
    registry.refuseConnections();
    PullPlan plan =
        new PullPlan(
            1,
            Duration.ofMillis(300),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            Duration.ofSeconds(10),
            Loads.choice(What.IMAGE, "library/a:1"));

    Figures figures = Loads.run(plan, registry);

    assertThat(Loads.kinds(figures)).containsExactly("connect");
    assertThat(figures.pulls().failed()).isBetween(1L, 16L);
    assertThat(figures.of(Span.PULL).count()).as("failures are no latencies").isZero();
  }

  private long asked(String repository) {
    return registry.journal().count(it -> it.request().route().repository().equals(repository));
  }
}
