package dev.entrepot.edge.upstream;

import static dev.entrepot.edge.upstream.TestOrigin.ALPINE;
import static dev.entrepot.edge.upstream.TestOrigin.MANIFEST_DIGEST;
import static dev.entrepot.edge.upstream.TestOrigin.await;
import static dev.entrepot.edge.upstream.TestOrigin.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure.OriginDenied;
import dev.entrepot.common.failure.Failure.OriginLied;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import dev.entrepot.edge.origin.ManifestOrigin.Probe;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class UpstreamTokenTest {
  private static final Tag LATEST = new Tag("latest");
  private static final Credentials BOT = new Credentials("bot", "s3cret".toCharArray());

  private final World world = new World();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final AtomicInteger issued = new AtomicInteger();

  @AfterEach
  void close() {
    world.close();
  }

  private TestOrigin registry() {
    return world.origin(this::registry);
  }

  private void registry(HttpServerRequest request) {
    String authorization = String.valueOf(request.getHeader("Authorization"));
    if (request.path().equals("/token")) {
      String token = "t" + issued.incrementAndGet();
      accepted.add("Bearer " + token);
      TestOrigin.token(request, token);
    } else if (accepted.contains(authorization)) {
      TestOrigin.manifest(request);
    } else {
      TestOrigin.challenge(request, "http://127.0.0.1:" + request.localAddress().port() + "/token");
    }
  }

  @Test
  void a_challenge_is_answered_with_an_anonymous_token_that_is_kept() {
    TestOrigin origin = registry();
    Upstreams upstreams = world.open(origin.config());

    assertThat(await(upstreams.manifest(ALPINE, LATEST)).digest()).isEqualTo(MANIFEST_DIGEST);
    assertThat(await(upstreams.manifest(ALPINE, LATEST)).digest()).isEqualTo(MANIFEST_DIGEST);

    assertThat(origin.seen)
        .extracting(TestOrigin.Seen::uri)
        .containsExactly(
            "/v2/library/alpine/manifests/latest",
            "/token?service=registry.test&scope=repository%3Alibrary%2Falpine%3Apull"
                + "&client_id=entrepot",
            "/v2/library/alpine/manifests/latest",
            "/v2/library/alpine/manifests/latest");
    assertThat(origin.seen.get(1).authorization()).isEmpty();
  }

  @Test
  void many_who_need_the_same_token_share_one_request() {
    TestOrigin origin = registry();
    Upstreams upstreams = world.open(origin.config());

    List<Future<Fetched>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(upstreams.manifest(ALPINE, LATEST));
    }
    await(Future.all(all));

    assertThat(origin.count("GET", "/token")).isEqualTo(1);
  }

  @Test
  void a_token_that_is_refused_later_is_asked_for_once_more() {
    TestOrigin origin = registry();
    Upstreams upstreams = world.open(origin.config());
    await(upstreams.manifest(ALPINE, LATEST));
    accepted.clear();

    assertThat(await(upstreams.manifest(ALPINE, LATEST)).digest()).isEqualTo(MANIFEST_DIGEST);
    assertThat(issued).hasValue(2);
  }

  @Test
  void a_token_without_a_lifetime_is_renewed_before_sixty_seconds_are_over() {
    TestOrigin origin = registry();
    Upstreams upstreams = world.open(origin.config());
    await(upstreams.manifest(ALPINE, LATEST));
    world.advance(Duration.ofSeconds(53));
    await(upstreams.manifest(ALPINE, LATEST));
    assertThat(issued).hasValue(1);

    world.advance(Duration.ofSeconds(2));
    await(upstreams.manifest(ALPINE, LATEST));
    assertThat(issued).hasValue(2);
    assertThat(origin.seen).filteredOn(seen -> seen.authorization().isEmpty()).hasSize(3);
  }

  @Test
  void a_registry_that_refuses_every_token_denies_and_is_not_asked_forever() {
    TestOrigin origin =
        world.origin(request -> {
          if (request.path().equals("/token")) {
            TestOrigin.token(request, "never-good");
          } else {
            TestOrigin.challenge(
                request, "http://127.0.0.1:" + request.localAddress().port() + "/token");
          }
        });
    Upstreams upstreams = world.open(origin.config());

    assertThat(failure(upstreams.manifest(ALPINE, LATEST))).isInstanceOf(OriginDenied.class);
    assertThat(origin.seen).hasSizeLessThanOrEqualTo(6);
  }

  @Test
  void credentials_go_to_the_token_service_alone() {
    TestOrigin origin = registry();
    Upstreams upstreams = world.open(origin.config().withCredentials(BOT));

    await(upstreams.manifest(ALPINE, LATEST));

    assertThat(origin.seen)
        .filteredOn(seen -> seen.authorization().filter(BOT.basic()::equals).isPresent())
        .allMatch(TestOrigin.Seen::isToken)
        .hasSize(1);
  }

  @Test
  void a_realm_on_a_host_that_is_not_configured_is_not_asked() {
    world.names.put("registry.test", "127.0.0.1");
    TestOrigin thief = world.origin(request -> TestOrigin.token(request, "x"));
    TestOrigin origin =
        world.origin(request -> TestOrigin.challenge(request, thief.url() + "/token"));
    UpstreamConfig config =
        UpstreamConfig.of("test", origin.url("registry.test")).withCredentials(BOT);

    assertThat(failure(world.open(config).manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginDenied.class)
        .asString()
        .doesNotContain("s3cret");
    assertThat(thief.seen).isEmpty();
  }

  @Test
  void a_realm_on_a_further_configured_host_is_asked() {
    world.names.put("registry.test", "127.0.0.1");
    world.names.put("auth.test", "127.0.0.1");
    TestOrigin auth = world.origin(this::registry);
    TestOrigin origin =
        world.origin(request -> {
          if (request.getHeader("Authorization") == null) {
            TestOrigin.challenge(request, auth.url("auth.test") + "/token");
          } else {
            TestOrigin.manifest(request);
          }
        });
    UpstreamConfig config =
        UpstreamConfig.of("test", origin.url("registry.test"))
            .withTokenRealms(List.of("auth.test"));

    assertThat(await(world.open(config).manifest(ALPINE, LATEST)).digest())
        .isEqualTo(MANIFEST_DIGEST);
    assertThat(auth.seen).hasSize(1);
  }

  @Test
  void a_token_service_that_redirects_is_not_followed() {
    TestOrigin thief = world.origin(request -> TestOrigin.token(request, "x"));
    TestOrigin origin =
        world.origin(request -> {
          if (request.path().equals("/token")) {
            TestOrigin.redirect(request, thief.url() + "/token");
          } else {
            TestOrigin.challenge(
                request, "http://127.0.0.1:" + request.localAddress().port() + "/token");
          }
        });

    assertThat(failure(world.open(origin.config().withCredentials(BOT)).manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginDenied.class);
    assertThat(thief.seen).isEmpty();
  }

  @Test
  void basic_is_answered_when_there_is_an_account_and_remembered() {
    TestOrigin origin =
        world.origin(request -> {
          if (BOT.basic().equals(request.getHeader("Authorization"))) {
            TestOrigin.manifest(request);
          } else {
            request
                .response()
                .setStatusCode(401)
                .putHeader("WWW-Authenticate", "BASIC realm=\"Some Registry\"")
                .end();
          }
        });
    Upstreams upstreams = world.open(origin.config().withCredentials(BOT));

    await(upstreams.manifest(ALPINE, LATEST));
    await(upstreams.manifest(ALPINE, LATEST));

    assertThat(origin.seen).hasSize(3);
  }

  @Test
  void a_repository_is_probed_without_credentials() {
    TestOrigin origin =
        world.origin(request -> {
          if (BOT.basic().equals(request.getHeader("Authorization"))) {
            TestOrigin.manifest(request);
          } else {
            request
                .response()
                .setStatusCode(401)
                .putHeader("WWW-Authenticate", "Basic realm=\"Some Registry\"")
                .end();
          }
        });
    Upstreams upstreams = world.open(origin.config().withCredentials(BOT));
    await(upstreams.manifest(ALPINE, LATEST));

    assertThat(await(upstreams.readableByAnyone(ALPINE, new Probe.OfManifest(LATEST)))).isFalse();
    assertThat(origin.seen.getLast().authorization()).isEmpty();
  }

  @Test
  void a_public_repository_is_readable_by_anyone() {
    TestOrigin origin = registry();
    Upstreams upstreams = world.open(origin.config().withCredentials(BOT));

    assertThat(await(upstreams.readableByAnyone(ALPINE, new Probe.OfManifest(LATEST)))).isTrue();
    assertThat(origin.seen)
        .noneMatch(seen -> seen.authorization().filter(BOT.basic()::equals).isPresent());
  }

  @Test
  void a_token_service_that_talks_nonsense_lies_without_being_quoted() {
    TestOrigin origin =
        world.origin(request -> {
          if (request.path().equals("/token")) {
            request.response().end("{\"token\": \"top-secret");
          } else {
            TestOrigin.challenge(
                request, "http://127.0.0.1:" + request.localAddress().port() + "/token");
          }
        });

    assertThat(failure(world.open(origin.config()).manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginLied.class)
        .asString()
        .doesNotContain("top-secret");
  }

  @Test
  void an_account_never_shows_its_password() {
    assertThat(BOT.toString()).contains("bot").doesNotContain("s3cret");
    assertThat(Optional.of(BOT).toString()).doesNotContain("s3cret");
  }
}
