package dev.entrepot.edge.upstream;

import static dev.entrepot.edge.upstream.TestOrigin.ALPINE;
import static dev.entrepot.edge.upstream.TestOrigin.MANIFEST;
import static dev.entrepot.edge.upstream.TestOrigin.MANIFEST_DIGEST;
import static dev.entrepot.edge.upstream.TestOrigin.MANIFEST_TYPE;
import static dev.entrepot.edge.upstream.TestOrigin.await;
import static dev.entrepot.edge.upstream.TestOrigin.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure.OriginDenied;
import dev.entrepot.common.failure.Failure.OriginLied;
import dev.entrepot.common.failure.Failure.UnknownManifest;
import dev.entrepot.common.failure.Failure.UnknownRepository;
import dev.entrepot.common.failure.Failure.UnknownUpstream;
import dev.entrepot.common.failure.Failure.UnsupportedByOrigin;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.origin.ManifestOrigin.Current;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import dev.entrepot.edge.origin.ManifestOrigin.TagPage;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class UpstreamManifestTest {
  private static final Tag LATEST = new Tag("latest");
  private static final Digest OTHER = Digest.sha256(new byte[] {1});

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private Upstreams upstreams(Handler<HttpServerRequest> script) {
    return world.open(world.origin(script).config());
  }

  private static Handler<HttpServerRequest> sends(String type, String digest, String body) {
    return request ->
        request
            .response()
            .putHeader("Content-Type", type)
            .putHeader("Docker-Content-Digest", digest)
            .end(body);
  }

  @Test
  void a_manifest_comes_byte_for_byte_with_its_type_and_digest() {
    Upstreams upstreams = upstreams(TestOrigin::manifest);

    Fetched byTag = await(upstreams.manifest(ALPINE, LATEST));
    assertThat(byTag.bytes()).isEqualTo(MANIFEST);
    assertThat(byTag.digest()).isEqualTo(MANIFEST_DIGEST);
    assertThat(byTag.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
    assertThat(await(upstreams.manifest(ALPINE, MANIFEST_DIGEST)).bytes()).isEqualTo(MANIFEST);
  }

  @Test
  void bytes_that_do_not_have_the_digest_asked_for_are_a_lie() {
    assertThat(failure(upstreams(TestOrigin::manifest).manifest(ALPINE, OTHER)))
        .isInstanceOf(OriginLied.class);
  }

  @Test
  void bytes_that_do_not_have_the_digest_announced_are_a_lie() {
    assertThat(
            failure(
                upstreams(sends(MANIFEST_TYPE, OTHER.toString(), "{\"layers\":[],\"config\":{}}"))
                    .manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginLied.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html|<html>log in</html>",
        "application/vnd.oci.image.manifest.v1+json|<html>log in</html>",
        "application/vnd.oci.image.manifest.v1+json|{\"mediaType\":\"application/vnd.oci.image.index.v1+json\"}",
        "application/vnd.oci.image.index.v1+json|{\"manifests\":[],\"layers\":[]}",
        "application/vnd.docker.distribution.manifest.v1+prettyjws|{\"schemaVersion\":1}",
        "application/json|{\"hello\":1}",
        "application/json|[]"
      })
  void something_else_than_a_manifest_is_a_lie(String type, String body) {
    String digest = Digest.sha256(Buffer.buffer(body).getBytes()).toString();

    assertThat(failure(upstreams(sends(type, digest, body)).manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginLied.class);
  }

  @Test
  void a_manifest_with_a_plain_type_is_recognised_by_its_fields() {
    String body = "{\"schemaVersion\":2,\"manifests\":[]}";
    String digest = Digest.sha256(Buffer.buffer(body).getBytes()).toString();

    assertThat(
            await(upstreams(sends("text/plain", digest, body)).manifest(ALPINE, LATEST))
                .mediaType())
        .isEqualTo(MediaType.OCI_INDEX);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_manifest_that_is_too_long_is_a_lie(boolean announced) {
    byte[] much = new byte[5 << 20];
    Upstreams upstreams =
        upstreams(request -> {
          request.response().putHeader("Content-Type", MANIFEST_TYPE);
          request.response().setChunked(!announced).end(Buffer.buffer(much));
        });

    assertThat(failure(upstreams.manifest(ALPINE, LATEST))).isInstanceOf(OriginLied.class);
  }

  @Test
  void missing_manifests_and_repositories_are_told_apart() {
    Upstreams upstreams =
        upstreams(request -> {
          String code = request.path().contains("library") ? "MANIFEST_UNKNOWN" : "NAME_UNKNOWN";
          request.response().setStatusCode(404).end("{\"errors\":[{\"code\":\"" + code + "\"}]}");
        });
    Repository other = new Repository("test", "other");

    assertThat(failure(upstreams.manifest(ALPINE, LATEST)))
        .isEqualTo(new UnknownManifest(ALPINE, LATEST));
    assertThat(failure(upstreams.manifest(other, LATEST))).isEqualTo(new UnknownRepository(other));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void a_refusal_is_a_denial(int status) {
    assertThat(
            failure(
                upstreams(request -> TestOrigin.status(request, status)).manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginDenied.class);
  }

  @Test
  void an_upstream_that_is_not_configured_is_unknown() {
    assertThat(failure(world.open().manifest(ALPINE, LATEST)))
        .isEqualTo(new UnknownUpstream("test"));
  }

  @Test
  void what_a_tag_means_now_is_asked_by_head() {
    TestOrigin origin = world.origin(TestOrigin::manifest);
    Upstreams upstreams = world.open(origin.config());

    assertThat(await(upstreams.current(ALPINE, LATEST, Optional.of(MANIFEST_DIGEST))))
        .isEqualTo(new Current.Unchanged());
    assertThat(await(upstreams.current(ALPINE, LATEST, Optional.of(OTHER))))
        .isEqualTo(new Current.Changed(MANIFEST_DIGEST, Optional.empty()));
    assertThat(origin.seen).extracting(TestOrigin.Seen::method).containsExactly("HEAD", "HEAD");
  }

  @Test
  void where_head_does_not_tell_the_digest_a_conditional_get_does() {
    Upstreams upstreams =
        upstreams(request -> {
          if (request.method().name().equals("HEAD")) {
            request.response().end();
          } else if (("\"" + MANIFEST_DIGEST + "\"").equals(request.getHeader("If-None-Match"))) {
            TestOrigin.status(request, 304);
          } else {
            TestOrigin.manifest(request);
          }
        });

    assertThat(await(upstreams.current(ALPINE, LATEST, Optional.of(MANIFEST_DIGEST))))
        .isEqualTo(new Current.Unchanged());
    Current changed = await(upstreams.current(ALPINE, LATEST, Optional.of(OTHER)));
    assertThat(((Current.Changed) changed).fetched().orElseThrow().bytes()).isEqualTo(MANIFEST);
  }

  @Test
  void where_head_is_refused_a_get_tells() {
    Upstreams upstreams =
        upstreams(request -> {
          if (request.method().name().equals("HEAD")) {
            TestOrigin.status(request, 405);
          } else {
            TestOrigin.manifest(request);
          }
        });

    assertThat(await(upstreams.current(ALPINE, LATEST, Optional.empty())))
        .isInstanceOf(Current.Changed.class);
  }

  @Test
  void a_page_of_tags_says_where_the_next_begins() {
    TestOrigin origin =
        world.origin(request -> {
          if (request.getParam("last") == null) {
            request
                .response()
                .putHeader("Link", "</v2/library/alpine/tags/list?n=2&last=b%2Bx>; rel=\"next\"");
          }
          request.response().end("{\"name\":\"library/alpine\",\"tags\":[\"a\",\"b\"]}");
        });
    Upstreams upstreams = world.open(origin.config());

    assertThat(await(upstreams.tags(ALPINE, Optional.of(2), Optional.empty())))
        .isEqualTo(new TagPage(List.of("a", "b"), Optional.of("b+x")));
    assertThat(await(upstreams.tags(ALPINE, Optional.of(2), Optional.of("b+x"))).next()).isEmpty();
    assertThat(origin.seen.getLast().uri()).endsWith("/tags/list?n=2&last=b%2Bx");
  }

  @Test
  void a_repository_without_tags_has_an_empty_list() {
    assertThat(
            await(
                upstreams(request -> request.response().end("{\"name\":\"x\",\"tags\":null}"))
                    .tags(ALPINE, Optional.empty(), Optional.empty())))
        .isEqualTo(new TagPage(List.of(), Optional.empty()));
  }

  @Test
  void all_pages_of_referrers_are_joined() {
    Upstreams upstreams =
        upstreams(request -> {
          request.response().putHeader("Content-Type", MediaType.OCI_INDEX.value());
          boolean first = request.getParam("page") == null;
          if (first) {
            request.response().putHeader("Link", "<?page=2>; rel=\"next\"");
          }
          request
              .response()
              .end("{\"schemaVersion\":2,\"manifests\":[{\"size\":" + (first ? 1 : 2) + "}]}");
        });

    Fetched all = await(upstreams.referrers(ALPINE, MANIFEST_DIGEST));

    assertThat(all.digest()).isEqualTo(Digest.sha256(all.bytes()));
    assertThat(new JsonObject(Buffer.buffer(all.bytes())).getJsonArray("manifests"))
        .containsExactly(new JsonObject().put("size", 1), new JsonObject().put("size", 2));
  }

  @Test
  void referrers_without_end_are_a_lie() {
    Upstreams upstreams =
        upstreams(request ->
            request
                .response()
                .putHeader("Content-Type", MediaType.OCI_INDEX.value())
                .putHeader("Link", "<?page=2>; rel=\"next\"")
                .end("{\"manifests\":[]}"));

    assertThat(failure(upstreams.referrers(ALPINE, MANIFEST_DIGEST)))
        .isInstanceOf(OriginLied.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 404, 405})
  void an_upstream_without_referrers_does_not_support_them(int status) {
    Upstreams upstreams =
        upstreams(request ->
            request
                .response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/html")
                .end("<html>"));

    assertThat(failure(upstreams.referrers(ALPINE, MANIFEST_DIGEST)))
        .isInstanceOf(UnsupportedByOrigin.class);
  }
}
