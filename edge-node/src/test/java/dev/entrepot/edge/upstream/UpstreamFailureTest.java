package dev.entrepot.edge.upstream;

import static dev.entrepot.edge.upstream.TestOrigin.ALPINE;
import static dev.entrepot.edge.upstream.TestOrigin.MANIFEST_DIGEST;
import static dev.entrepot.edge.upstream.TestOrigin.await;
import static dev.entrepot.edge.upstream.TestOrigin.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure.OriginBusy;
import dev.entrepot.common.failure.Failure.OriginLied;
import dev.entrepot.common.failure.Failure.OriginTimeout;
import dev.entrepot.common.failure.Failure.OriginUnreachable;
import dev.entrepot.common.failure.Failure.UnknownManifest;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.upstream.UpstreamObserver.Circuit;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class UpstreamFailureTest {
  private static final Tag LATEST = new Tag("latest");
  private static final UpstreamLimits NO_WAIT = new UpstreamLimits(4, Duration.ZERO);

  /** Port 1 of the loopback: nobody listens. */
  private static final URI NOBODY = URI.create("http://127.0.0.1:1");

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void a_passing_error_is_asked_again() {
    AtomicInteger asked = new AtomicInteger();
    TestOrigin origin =
        world.origin(request -> {
          if (asked.incrementAndGet() < 3) {
            TestOrigin.status(request, 503);
          } else {
            TestOrigin.manifest(request);
          }
        });

    assertThat(await(world.open(origin.config()).manifest(ALPINE, LATEST)).digest())
        .isEqualTo(MANIFEST_DIGEST);
  }

  @Test
  void a_lasting_error_is_asked_three_times() {
    TestOrigin origin = world.origin(request -> TestOrigin.status(request, 500));

    assertThat(failure(world.open(origin.config()).manifest(ALPINE, LATEST)))
        .isEqualTo(
            new OriginUnreachable("test", "http://127.0.0.1:" + origin.port() + " answered 500"));
    assertThat(origin.seen).hasSize(3);
  }

  @Test
  void retries_have_a_budget() {
    UpstreamSettings settings =
        World.QUICK
            .with(new UpstreamRetries(3, Duration.ofMillis(1), Duration.ofMillis(1), 0.2, 1))
            .with(new UpstreamBreaker(100, Duration.ofSeconds(10), Duration.ofSeconds(5)));
    TestOrigin origin = world.origin(request -> TestOrigin.status(request, 500));
    Upstreams upstreams = world.open(settings, origin.config());

    for (int i = 0; i < 10; i++) {
      failure(upstreams.manifest(ALPINE, LATEST));
    }

    // Ten questions, one retry saved up, and two more earned at a fifth each.
    assertThat(origin.seen).hasSizeBetween(11, 13);
  }

  @Test
  void a_circuit_opens_answers_at_once_and_lets_one_probe_through() {
    AtomicBoolean well = new AtomicBoolean();
    TestOrigin origin =
        world.origin(request -> {
          if (well.get()) {
            TestOrigin.manifest(request);
          } else {
            TestOrigin.status(request, 502);
          }
        });
    Upstreams upstreams = world.open(origin.config());
    failure(upstreams.manifest(ALPINE, LATEST));
    failure(upstreams.manifest(ALPINE, LATEST));
    assertThat(upstreams.health("test").open()).isTrue();
    assertThat(origin.seen).hasSize(5);

    assertThat(failure(upstreams.manifest(ALPINE, LATEST))).isInstanceOf(OriginUnreachable.class);
    assertThat(origin.seen).hasSize(5);

    world.advance(Duration.ofSeconds(6));
    failure(upstreams.manifest(ALPINE, LATEST));
    assertThat(origin.seen).hasSize(6);

    world.advance(Duration.ofSeconds(6));
    well.set(true);
    assertThat(await(upstreams.manifest(ALPINE, LATEST)).digest()).isEqualTo(MANIFEST_DIGEST);
    assertThat(upstreams.health("test").open()).isFalse();
    assertThat(world.circuits)
        .containsExactly(
            Circuit.OPEN, Circuit.PROBING, Circuit.OPEN, Circuit.PROBING, Circuit.CLOSED);
  }

  @ParameterizedTest
  @CsvSource({
    "Retry-After, 77, 77",
    "Retry-After, 'Thu, 01 Jan 2026 00:02:00 GMT', 120",
    "Retry-After, 999999999, 3600",
    "Retry-After, rubbish, 10",
    "RateLimit-Reset, 33, 33",
    "X-Other, 1, 10"
  })
  void a_throttling_upstream_says_when_to_come_back(String header, String value, int seconds) {
    TestOrigin origin =
        world.origin(
            request -> request.response().setStatusCode(429).putHeader(header, value).end());
    Upstreams upstreams = world.open(origin.config().withLimits(NO_WAIT));

    assertThat(failure(upstreams.manifest(ALPINE, LATEST)))
        .isEqualTo(new OriginBusy("test", Duration.ofSeconds(seconds)));
    assertThat(upstreams.health("test").busyUntil()).contains(world.instant().plusSeconds(seconds));

    world.advance(Duration.ofSeconds(1));
    assertThat(failure(upstreams.current(ALPINE, LATEST, Optional.empty())))
        .isEqualTo(new OriginBusy("test", Duration.ofSeconds(seconds - 1L)));
    assertThat(origin.seen).hasSize(1);
  }

  @Test
  void while_manifests_are_throttled_blobs_go_on() {
    TestOrigin origin =
        world.origin(request -> {
          if (request.path().contains("/manifests/")) {
            TestOrigin.status(request, 429);
          } else {
            request.response().putHeader("Content-Length", "7").end();
          }
        });
    Upstreams upstreams = world.open(origin.config().withLimits(NO_WAIT));
    failure(upstreams.manifest(ALPINE, LATEST));

    assertThat(await(upstreams.size(ALPINE, MANIFEST_DIGEST))).isEqualTo(7);
  }

  @Test
  void a_cold_manifest_waits_for_a_short_pause() {
    AtomicInteger asked = new AtomicInteger();
    TestOrigin origin =
        world.origin(request -> {
          if (asked.incrementAndGet() == 1) {
            world.advance(Duration.ofSeconds(2));
            request.response().setStatusCode(429).putHeader("Retry-After", "1").end();
          } else {
            TestOrigin.manifest(request);
          }
        });
    Upstreams upstreams = world.open(origin.config());
    world.vertx.setPeriodic(100, _ -> world.advance(Duration.ofMillis(200)));

    assertThat(await(upstreams.manifest(ALPINE, LATEST)).digest()).isEqualTo(MANIFEST_DIGEST);
    assertThat(asked).hasValue(2);
  }

  @Test
  void the_quota_is_told() {
    TestOrigin origin =
        world.origin(request -> {
          request
              .response()
              .putHeader("ratelimit-limit", "100;w=21600")
              .putHeader("ratelimit-remaining", "76;w=21600");
          TestOrigin.manifest(request);
        });
    Upstreams upstreams = world.open(origin.config());
    await(upstreams.manifest(ALPINE, LATEST));

    assertThat(world.quotas)
        .containsExactly(
            new Quota(OptionalLong.of(100), OptionalLong.of(76), Optional.of(Duration.ofHours(6))));
    assertThat(upstreams.health("test").quotaRemaining()).hasValue(76);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500})
  void a_mirror_answers_when_the_source_cannot(int status) {
    TestOrigin source = world.origin(request -> TestOrigin.status(request, status));
    TestOrigin mirror = world.origin(TestOrigin::manifest);
    Upstreams upstreams = world.open(source.config().withUrls(List.of(source.url(), mirror.url())));

    assertThat(await(upstreams.manifest(ALPINE, LATEST)).digest()).isEqualTo(MANIFEST_DIGEST);
    assertThat(mirror.seen).hasSize(1);
  }

  @Test
  void a_mirror_answers_when_nobody_listens_at_the_source() {
    TestOrigin mirror = world.origin(TestOrigin::manifest);
    Upstreams upstreams = world.open(mirror.config().withUrls(List.of(NOBODY, mirror.url())));

    assertThat(await(upstreams.manifest(ALPINE, LATEST)).digest()).isEqualTo(MANIFEST_DIGEST);
  }

  @Test
  void what_the_source_does_not_have_no_mirror_is_asked_for() {
    TestOrigin source = world.origin(request -> TestOrigin.status(request, 404));
    TestOrigin mirror = world.origin(TestOrigin::manifest);
    Upstreams upstreams = world.open(source.config().withUrls(List.of(source.url(), mirror.url())));

    assertThat(failure(upstreams.manifest(ALPINE, LATEST))).isInstanceOf(UnknownManifest.class);
    assertThat(mirror.seen).isEmpty();
  }

  @Test
  void what_a_mirror_does_not_have_may_be_at_the_next_or_stays_unreachable() {
    TestOrigin empty = world.origin(request -> TestOrigin.status(request, 404));
    TestOrigin full = world.origin(TestOrigin::manifest);
    UpstreamConfig config = empty.config();

    assertThat(
            await(
                    world
                        .open(config.withUrls(List.of(NOBODY, empty.url(), full.url())))
                        .manifest(ALPINE, LATEST))
                .digest())
        .isEqualTo(MANIFEST_DIGEST);
    assertThat(
            failure(
                world.open(config.withUrls(List.of(NOBODY, empty.url()))).manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginUnreachable.class);
  }

  @Test
  void an_upstream_that_does_not_answer_is_given_up_in_time() {
    TestOrigin origin = world.origin(request -> {});
    UpstreamSettings settings =
        World.QUICK.with(
            new UpstreamTimeouts(
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10)));

    assertThat(failure(world.open(settings, origin.config()).manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginTimeout.class);
    assertThat(origin.seen).hasSize(3);
  }

  @Test
  void a_question_ends_with_its_own_deadline_whatever_is_tried() {
    TestOrigin origin = world.origin(request -> {});
    UpstreamSettings settings =
        World.QUICK.with(
            new UpstreamTimeouts(
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMillis(200)));

    assertThat(failure(world.open(settings, origin.config()).manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginTimeout.class);
    assertThat(origin.seen).hasSize(1);
  }

  @Test
  void a_name_without_address_is_unreachable() {
    UpstreamConfig config = UpstreamConfig.of("test", URI.create("http://nowhere.test"));

    assertThat(failure(world.open(config).manifest(ALPINE, LATEST)))
        .isEqualTo(new OriginUnreachable("test", "no address for http://nowhere.test:80"));
  }

  @Test
  void a_url_whose_name_leads_to_a_credential_address_is_refused() {
    world.names.put("rebound.test", "169.254.169.254");
    UpstreamConfig config = UpstreamConfig.of("test", URI.create("http://rebound.test"));

    assertThat(failure(world.open(config).manifest(ALPINE, LATEST))).isInstanceOf(OriginLied.class);
  }
}
