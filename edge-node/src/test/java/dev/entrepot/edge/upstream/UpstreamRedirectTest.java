package dev.entrepot.edge.upstream;

import static dev.entrepot.edge.upstream.TestOrigin.ALPINE;
import static dev.entrepot.edge.upstream.TestOrigin.await;
import static dev.entrepot.edge.upstream.TestOrigin.drain;
import static dev.entrepot.edge.upstream.TestOrigin.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.Failure.OriginLied;
import dev.entrepot.common.failure.Failure.OriginUnreachable;
import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.edge.origin.BlobOrigin.Span;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class UpstreamRedirectTest {
  private static final byte[] BYTES = "some layer".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.sha256(BYTES);
  private static final Credentials BOT = new Credentials("bot", "s3cret".toCharArray());
  private static final String SIGNED = "/store/a%2Fb?sig=ab%2Bcd%3D&X-Cred=AK%2F1&e=";

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private static void basicThen(HttpServerRequest request, Runnable rest) {
    if (request.getHeader("Authorization") == null) {
      request
          .response()
          .setStatusCode(401)
          .putHeader("WWW-Authenticate", "Basic realm=\"r\"")
          .end();
    } else {
      rest.run();
    }
  }

  private TestOrigin store() {
    return world.origin(request -> request.response().end(Buffer.buffer(BYTES)));
  }

  private byte[] pull(UpstreamConfig config) {
    return drain(await(world.open(config).fetch(ALPINE, DIGEST, Span.WHOLE)).body());
  }

  private Failure fail(UpstreamConfig config) {
    return failure(world.open(config).fetch(ALPINE, DIGEST, Span.WHOLE));
  }

  @Test
  void another_origin_gets_the_signed_target_as_it_is_and_no_authorization() {
    TestOrigin store = store();
    TestOrigin origin =
        world.origin(request ->
            basicThen(request, () -> TestOrigin.redirect(request, store.url() + SIGNED)));

    assertThat(pull(origin.config().withCredentials(BOT))).isEqualTo(BYTES);
    assertThat(store.seen)
        .containsExactly(new TestOrigin.Seen("GET", SIGNED, Optional.empty(), Optional.empty()));
  }

  @Test
  void the_same_origin_keeps_the_authorization_and_relative_targets_work() {
    TestOrigin origin =
        world.origin(request ->
            basicThen(
                request,
                () -> {
                  if (request.path().startsWith("/artifacts/")) {
                    request.response().end(Buffer.buffer(BYTES));
                  } else {
                    TestOrigin.redirect(request, "/artifacts/x?token=1%2B");
                  }
                }));

    assertThat(pull(origin.config().withCredentials(BOT))).isEqualTo(BYTES);
    assertThat(origin.seen.getLast().uri()).isEqualTo("/artifacts/x?token=1%2B");
    assertThat(origin.seen.getLast().authorization()).contains(BOT.basic());
  }

  @Test
  void authorization_does_not_come_back_after_a_detour() {
    TestOrigin origin =
        world.origin(request -> {
          if (request.path().equals("/back")) {
            request.response().end(Buffer.buffer(BYTES));
          } else {
            basicThen(
                request,
                () -> TestOrigin.redirect(request, "http://127.0.0.1:" + detour + "/there"));
          }
        });
    TestOrigin there =
        world.origin(request -> TestOrigin.redirect(request, origin.url() + "/back"));
    detour = there.port();

    assertThat(pull(origin.config().withCredentials(BOT))).isEqualTo(BYTES);
    assertThat(origin.seen.getLast().authorization()).isEmpty();
  }

  private volatile int detour;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data?secret=1",
        "http://[fd00:ec2::254]/latest",
        "http://10.1.2.3/x",
        "http://192.168.0.1/x",
        "http://[::ffff:10.0.0.1]/x",
        "http://[64:ff9b::a9fe:a9fe]/x",
        "http://0.0.0.0/x",
        "http://inner.test/x",
        "http://meta.test/x"
      })
  void a_redirect_to_a_private_address_is_refused_and_not_shown(String location) {
    world.names.put("inner.test", "10.0.0.8");
    world.names.put("meta.test", "169.254.169.254");
    TestOrigin origin = world.origin(request -> TestOrigin.redirect(request, location));

    assertThat(fail(origin.config()))
        .isInstanceOf(OriginLied.class)
        .asString()
        .doesNotContain("secret")
        .doesNotContain("latest");
  }

  @Test
  void a_redirect_within_a_configured_private_network_is_followed() {
    world.names.put("registry.test", "127.0.0.1");
    world.names.put("store.test", "127.0.0.2");
    TestOrigin origin =
        world.origin(request -> TestOrigin.redirect(request, "http://store.test:1/x"));
    UpstreamConfig config =
        UpstreamConfig.of("test", origin.url("registry.test"))
            .withPrivateNetworks(List.of(Cidr.parse("127.0.0.0/8")));

    assertThat(fail(config))
        .isEqualTo(new OriginUnreachable("test", "no connection to http://store.test:1"));
  }

  @Test
  void redirects_without_end_are_a_lie() {
    TestOrigin origin = world.origin(request -> TestOrigin.redirect(request, "/again"));

    assertThat(fail(origin.config())).isInstanceOf(OriginLied.class);
    assertThat(origin.seen).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://127.0.0.1/x",
        "http://user:pw@127.0.0.1/x",
        "http://127.0.0.1:99999/x",
        "http:///x"
      })
  void a_target_that_is_none_is_a_lie(String location) {
    TestOrigin origin = world.origin(request -> TestOrigin.redirect(request, location));

    assertThat(fail(origin.config())).isInstanceOf(OriginLied.class);
  }

  @Test
  void an_error_of_a_store_is_not_the_registrys() {
    TestOrigin store = world.origin(request -> TestOrigin.status(request, 404));
    TestOrigin origin =
        world.origin(request -> TestOrigin.redirect(request, store.url() + "/x?sig=secret"));

    assertThat(fail(origin.config()))
        .isInstanceOf(OriginUnreachable.class)
        .asString()
        .doesNotContain("secret");
    assertThat(store.seen).hasSize(3);
    assertThat(origin.seen).hasSize(3);
  }

  @Test
  void a_size_is_known_although_the_store_refuses_head() {
    TestOrigin store =
        world.origin(request -> {
          if (request.method().name().equals("HEAD")) {
            TestOrigin.status(request, 403);
          } else {
            request
                .response()
                .setStatusCode(206)
                .putHeader("Content-Range", "bytes 0-0/" + BYTES.length)
                .end("s");
          }
        });
    TestOrigin origin = world.origin(request -> TestOrigin.redirect(request, store.url() + "/x"));

    assertThat(await(world.open(origin.config()).size(ALPINE, DIGEST))).isEqualTo(BYTES.length);
  }

  @Test
  void a_name_is_sent_as_host_although_the_address_is_dialled() {
    world.names.put("registry.test", "127.0.0.1");
    TestOrigin origin =
        world.origin(request -> {
          if (request.authority().host().equals("registry.test")) {
            request.response().end(Buffer.buffer(BYTES));
          } else {
            TestOrigin.status(request, 421);
          }
        });

    assertThat(pull(UpstreamConfig.of("test", origin.url("registry.test")))).isEqualTo(BYTES);
  }
}
