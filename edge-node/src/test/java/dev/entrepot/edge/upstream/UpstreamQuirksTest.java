package dev.entrepot.edge.upstream;

import static dev.entrepot.edge.upstream.TestOrigin.ALPINE;
import static dev.entrepot.edge.upstream.TestOrigin.MANIFEST_DIGEST;
import static dev.entrepot.edge.upstream.TestOrigin.await;
import static dev.entrepot.edge.upstream.TestOrigin.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure.OriginLied;
import dev.entrepot.common.failure.Failure.OriginUnreachable;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.origin.BlobOrigin.Answer;
import dev.entrepot.edge.origin.BlobOrigin.Span;
import dev.entrepot.edge.origin.ManifestOrigin.Probe;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class UpstreamQuirksTest {
  private static final Tag LATEST = new Tag("latest");
  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private Upstreams open(UpstreamConfig config) {
    return world.open(config);
  }

  @Test
  void a_login_page_does_not_make_a_repository_public() {
    TestOrigin origin =
        world.origin(request -> {
          if (request.path().equals("/login")) {
            request.response().putHeader("Content-Type", "text/html").end("<html>");
          } else {
            TestOrigin.redirect(request, "/login");
          }
        });
    assertThat(
            failure(open(origin.config()).readableByAnyone(ALPINE, new Probe.OfManifest(LATEST))))
        .isInstanceOf(OriginLied.class);
  }

  @Test
  void a_page_mark_of_its_own_does_not_cut_the_list_of_tags() {
    TestOrigin origin =
        world.origin(request ->
            request
                .response()
                .putHeader("Link", "</v2/library/alpine/tags/list?n=2&next_page=abc>; rel=\"next\"")
                .end("{\"tags\":[\"a\",\"b\"]}"));
    assertThat(await(open(origin.config()).tags(ALPINE, Optional.of(2), Optional.empty())).next())
        .isPresent();
  }

  @Test
  void a_manifest_does_not_wait_behind_sixteen_layers() {
    TestOrigin origin =
        world.origin(request -> {
          if (request.path().contains("/blobs/")) {
            request
                .response()
                .putHeader("Content-Length", "1000")
                .write(Buffer.buffer("0123456789"));
          } else {
            TestOrigin.manifest(request);
          }
        });
    Upstreams upstreams = open(origin.config());
    List<Answer> held = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      held.add(await(upstreams.fetch(ALPINE, MANIFEST_DIGEST, Span.WHOLE)));
    }
    assertThat(await(upstreams.manifest(ALPINE, LATEST).timeout(3, TimeUnit.SECONDS)).digest())
        .isEqualTo(MANIFEST_DIGEST);
    held.forEach(answer -> answer.body().cancel());
  }

  @Test
  void a_refused_token_is_renewed_although_the_refusal_names_no_bearer() {
    AtomicInteger issued = new AtomicInteger();
    AtomicReference<String> good = new AtomicReference<>("");
    TestOrigin origin =
        world.origin(request -> {
          String shown = request.getHeader("Authorization");
          if (request.path().equals("/token")) {
            String token = "t" + issued.incrementAndGet();
            good.set("Bearer " + token);
            TestOrigin.token(request, token);
          } else if (shown == null) {
            TestOrigin.challenge(
                request, "http://127.0.0.1:" + request.localAddress().port() + "/token");
          } else if (shown.equals(good.get())) {
            TestOrigin.manifest(request);
          } else {
            TestOrigin.status(request, 401);
          }
        });
    Upstreams upstreams = open(origin.config());
    await(upstreams.manifest(ALPINE, LATEST));
    good.set("revoked");
    assertThat(await(upstreams.manifest(ALPINE, LATEST)).digest()).isEqualTo(MANIFEST_DIGEST);
  }

  @Test
  void a_body_shorter_than_its_range_is_no_proper_end() {
    TestOrigin origin =
        world.origin(request ->
            request
                .response()
                .setStatusCode(206)
                .putHeader("Content-Range", "bytes 10-19/100")
                .end("01234"));
    Answer answer =
        await(
            open(origin.config())
                .fetch(ALPINE, MANIFEST_DIGEST, new Span(10, OptionalLong.of(20))));
    assertThat(await(answer.body().read())).isPresent();
    assertThat(failure(answer.body().read())).isInstanceOf(OriginUnreachable.class);
  }
}
