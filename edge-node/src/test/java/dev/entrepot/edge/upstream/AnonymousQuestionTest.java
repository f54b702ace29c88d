package dev.entrepot.edge.upstream;

import static dev.entrepot.edge.upstream.TestOrigin.ALPINE;
import static dev.entrepot.edge.upstream.TestOrigin.MANIFEST_DIGEST;
import static dev.entrepot.edge.upstream.TestOrigin.await;
import static dev.entrepot.edge.upstream.TestOrigin.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure.OriginBusy;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.origin.ManifestOrigin.Probe;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A registry that counts those without an account by their address and has no time for them, as
 * Docker Hub behind a NAT, and an edge that has an account there.
 */
@Timeout(60)
final class AnonymousQuestionTest {
  private static final Tag LATEST = new Tag("latest");
  private static final Credentials BOT = new Credentials("bot", "s3cret".toCharArray());
  private static final String PULL =
      """
      {"access":[{"type":"repository","name":"library/alpine","actions":["pull"]}]}\
      """;

  private final World world = new World();
  private final Set<String> ours = ConcurrentHashMap.newKeySet();
  private volatile String anonymousToken = "opaque";

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void what_is_asked_without_an_account_keeps_the_account_from_nothing() {
    Upstreams upstreams = open();

    assertThat(failure(readableByAnyone(upstreams))).isInstanceOf(OriginBusy.class);
    assertThat(failure(readableByAnyone(upstreams))).isInstanceOf(OriginBusy.class);

    assertThat(await(upstreams.manifest(ALPINE, LATEST)).digest()).isEqualTo(MANIFEST_DIGEST);
    assertThat(upstreams.health("test").busyUntil()).isEmpty();
    assertThat(world.quotas).extracting(Quota::remaining).containsOnly(OptionalLong.of(4_000));
  }

  @Test
  void a_token_that_anyone_is_given_for_a_repository_shows_that_anyone_may_read_it() {
    anonymousToken = jwt(PULL);
    Upstreams upstreams = open();
    await(upstreams.manifest(ALPINE, LATEST));

    assertThat(await(readableByAnyone(upstreams))).isTrue();
    assertThat(await(readableByAnyone(upstreams))).as("while it is busy").isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"access\":[]}",
        "{\"access\":null}",
        "{\"access\":\"pull\"}",
        "{\"access\":[null,1,{\"type\":\"repository\"}]}",
        "{\"access\":[{\"type\":\"repository\",\"name\":\"library/other\",\"actions\":[\"pull\"]}]}",
        "{\"access\":[{\"type\":\"registry\",\"name\":\"library/alpine\",\"actions\":[\"*\"]}]}",
        "{\"access\":[{\"type\":\"repository\",\"name\":\"library/alpine\",\"actions\":[\"push\"]}]}",
        "{\"access\":[{\"type\":\"repository\",\"name\":\"library/alpine\",\"actions\":\"pull\"}]}",
        "no JSON",
      })
  void a_token_that_opens_something_else_shows_nothing(String claims) {
    anonymousToken = jwt(claims);

    assertThat(failure(readableByAnyone(open()))).isInstanceOf(OriginBusy.class);
  }

  private Upstreams open() {
    return world.open(world.origin(this::registry).config().withCredentials(BOT));
  }

  private static Future<Boolean> readableByAnyone(Upstreams upstreams) {
    return upstreams.readableByAnyone(ALPINE, new Probe.OfManifest(LATEST));
  }

  private void registry(HttpServerRequest request) {
    Optional<String> shown = Optional.ofNullable(request.getHeader("Authorization"));
    if (request.path().equals("/token")) {
      shown.ifPresent(_ -> ours.add("Bearer ours"));
      TestOrigin.token(request, shown.isPresent() ? "ours" : anonymousToken);
    } else if (shown.isEmpty()) {
      TestOrigin.challenge(request, "http://127.0.0.1:" + request.localAddress().port() + "/token");
    } else if (ours.contains(shown.get())) {
      request.response().putHeader("RateLimit-Remaining", "4000;w=21600");
      TestOrigin.manifest(request);
    } else {
      request.response().putHeader("RateLimit-Remaining", "0;w=21600");
      request.response().putHeader("Retry-After", "600");
      TestOrigin.status(request, 429);
    }
  }

  /** As a token service signs it; nobody here looks at the signature. */
  private static String jwt(String claims) {
    return String.join(".", part("{\"alg\":\"none\"}"), part(claims), "c2ln");
  }

  private static String part(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
