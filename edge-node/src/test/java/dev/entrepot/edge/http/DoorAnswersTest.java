package dev.entrepot.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.catalogue.Catalogue;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class DoorAnswersTest {
  private final OpenDoor door = new OpenDoor();

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void a_ping_is_answered() {
    HttpResponse<byte[]> answer = door.get("/v2/");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
    assertThat(header(answer, "X-Request-Id")).hasSize(32);
  }

  @Test
  void a_manifest_is_sent_byte_for_byte_with_its_digest() {
    byte[] bytes = door.rooms.manifest("3.20", "{ \"schemaVersion\" : 2 }\n");
    String digest = Digest.sha256(bytes).toString();
    door.rooms.status = CacheStatus.hit(Duration.ofSeconds(42)).with(CacheStatus.Detail.STALE);

    HttpResponse<byte[]> answer = door.get("/v2/alpine/manifests/3.20");

    assertThat(answer.body()).isEqualTo(bytes);
    assertThat(header(answer, "Content-Type"))
        .isEqualTo("application/vnd.oci.image.manifest.v1+json");
    assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest);
    assertThat(header(answer, "ETag")).isEqualTo('"' + digest + '"');
    assertThat(header(answer, "Cache-Status")).isEqualTo("entrepot; hit; detail=\"stale\"");
    assertThat(header(answer, "Age")).isEqualTo("42");
    assertThat(door.rooms.permits.peek().repository())
        .isEqualTo(new Repository("docker.io", "library/alpine"));
  }

  @Test
  void head_of_a_manifest_has_everything_but_the_body() {
    byte[] bytes = door.rooms.manifest("1", "{}");

    HttpResponse<byte[]> answer = door.send("HEAD", "/v2/alpine/manifests/1");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(header(answer, "Content-Length")).isEqualTo("2");
    assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(Digest.sha256(bytes).toString());
  }

  @Test
  void a_known_manifest_is_not_sent_again() {
    String digest = Digest.sha256(door.rooms.manifest("1", "{}")).toString();

    for (String tag : List.of('"' + digest + '"', digest, "W/\"" + digest + '"', "*")) {
      assertThat(door.get("/v2/a/manifests/1", "If-None-Match", tag).statusCode()).isEqualTo(304);
    }
    assertThat(door.get("/v2/a/manifests/1", "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
  }

  @Test
  void a_blob_is_sent_whole_and_everything_is_released() {
    Digest digest = door.rooms.blob(1_000_003);

    HttpResponse<byte[]> answer = door.get("/v2/quay.io/a/b/blobs/" + digest);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(door.rooms.blobs.get(digest));
    assertThat(header(answer, "Accept-Ranges")).isEqualTo("bytes");
    assertThat(OpenDoor.eventually(door.rooms::allReleased)).isTrue();
    assertThat(door.rooms.open).hasValue(0);
  }

  @Test
  void an_empty_blob_is_sent() {
    HttpResponse<byte[]> answer = door.get("/v2/a/blobs/" + door.rooms.blob(0));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Content-Length")).isEqualTo("0");
  }

  @Test
  void head_of_a_blob_opens_nothing() {
    Digest digest = door.rooms.blob(5000);

    HttpResponse<byte[]> answer = door.send("HEAD", "/v2/a/blobs/" + digest);

    assertThat(header(answer, "Content-Length")).isEqualTo("5000");
    assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
    assertThat(door.rooms.opened).hasValue(0);
  }

  static Stream<Arguments> ranges() {
    return Stream.of(
        Arguments.of("bytes=500-1499", 206, 500, 1500),
        Arguments.of("bytes=500-", 206, 500, 2048),
        Arguments.of("bytes=-500", 206, 1548, 2048),
        Arguments.of("bytes=2000-5000", 206, 2000, 2048),
        Arguments.of("bytes=-99999999999999999999", 206, 0, 2048),
        Arguments.of("bytes=500-0", 416, 0, 0),
        Arguments.of("bytes=5000-10000", 416, 0, 0),
        Arguments.of("bytes=-0", 416, 0, 0),
        Arguments.of("bytes=0-1,1-2", 200, 0, 2048),
        Arguments.of("lines=0-1", 200, 0, 2048),
        Arguments.of("bytes=a-b", 200, 0, 2048),
        Arguments.of("bytes=", 200, 0, 2048));
  }

  @ParameterizedTest
  @MethodSource("ranges")
  void a_range_of_a_blob(String range, int status, int first, int end) {
    Digest digest = door.rooms.blob(2048);

    HttpResponse<byte[]> answer = door.get("/v2/a/blobs/" + digest, "Range", range);

    assertThat(answer.statusCode()).isEqualTo(status);
    if (status == 416) {
      assertThat(header(answer, "Content-Range")).isEqualTo("bytes */2048");
      assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("RANGE_INVALID");
    } else {
      byte[] all = door.rooms.blobs.get(digest);
      assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(all, first, end));
    }
    if (status == 206) {
      assertThat(header(answer, "Content-Range"))
          .isEqualTo("bytes " + first + "-" + (end - 1) + "/2048");
    }
  }

  @Test
  void several_ranges_are_sent_as_exactly_as_many_parts_in_their_order() {
    Digest digest = door.rooms.blob(200_000);

    HttpResponse<byte[]> answer =
        door.get("/v2/a/blobs/" + digest, "Range", "bytes=100000-100009, 0-4,5-9");

    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.headers().firstValue("Content-Range")).isEmpty();
    assertThat(header(answer, "Content-Type")).startsWith("multipart/byteranges; boundary=");
    String boundary = header(answer, "Content-Type").split("boundary=")[1];
    String body = new String(answer.body(), StandardCharsets.ISO_8859_1);
    String all = new String(door.rooms.blobs.get(digest), StandardCharsets.ISO_8859_1);
    assertThat(body)
        .isEqualTo(
            part(boundary, "100000-100009", all.substring(100_000, 100_010))
                + part(boundary, "0-4", all.substring(0, 5))
                + part(boundary, "5-9", all.substring(5, 10))
                + "\r\n--"
                + boundary
                + "--\r\n");
  }

  @Test
  void more_ranges_than_the_limit_bring_the_whole() {
    Digest digest = door.rooms.blob(10_000);
    StringBuilder ranges = new StringBuilder("bytes=0-0");
    for (int i = 1; i <= 1024; i++) {
      ranges.append(',').append(2 * i).append('-').append(2 * i);
    }

    assertThat(door.get("/v2/a/blobs/" + digest, "Range", ranges.toString()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void if_range_decides_whether_a_range_counts() {
    Digest digest = door.rooms.blob(100);
    String target = "/v2/a/blobs/" + digest;

    assertThat(status(target, "Range", "bytes=0-1", "If-Range", '"' + digest.toString() + '"'))
        .isEqualTo(206);
    assertThat(status(target, "Range", "bytes=0-1", "If-Range", "W/\"" + digest + '"'))
        .isEqualTo(200);
    assertThat(status(target, "Range", "bytes=0-1", "If-Range", "\"other\"")).isEqualTo(200);
    assertThat(status(target, "Range", "bytes=0-1", "If-None-Match", '"' + digest.toString() + '"'))
        .isEqualTo(304);
  }

  static Stream<Arguments> failures() {
    Repository repository = new Repository("docker.io", "library/a");
    Duration wait = Duration.ofMillis(1500);
    return Stream.of(
        Arguments.of(new Failure.UnknownRepository(repository), 404, "NAME_UNKNOWN"),
        Arguments.of(new Failure.Denied(repository), 404, "NAME_UNKNOWN"),
        Arguments.of(new Failure.Forbidden("no"), 403, "DENIED"),
        Arguments.of(new Failure.Unauthenticated("Bearer x", "no"), 401, "UNAUTHORIZED"),
        Arguments.of(new Failure.OriginDenied(repository, "401"), 403, "DENIED"),
        Arguments.of(new Failure.OriginBusy("docker.io", wait), 429, "TOOMANYREQUESTS"),
        Arguments.of(new Failure.OriginUnreachable("docker.io", "refused"), 502, "UNAVAILABLE"),
        Arguments.of(new Failure.OriginTimeout("docker.io", "10 s"), 504, "UNAVAILABLE"),
        Arguments.of(new Failure.OriginLied("docker.io", "HTML"), 502, "UNKNOWN"),
        Arguments.of(new Failure.Overloaded("fills", wait), 503, "UNAVAILABLE"),
        Arguments.of(new Failure.UnsupportedByOrigin(repository, "referrers"), 404, "UNSUPPORTED"),
        Arguments.of(new Failure.Unforeseen(new IllegalStateException("x")), 500, "UNKNOWN"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_failure_is_answered_in_its_own_words(Failure failure, int status, String code) {
    door.rooms.failure = Optional.of(failure);

    HttpResponse<byte[]> answer = door.get("/v2/a/manifests/1");

    String body = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(body)
        .startsWith("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"")
        .contains(header(answer, "X-Request-Id"));
    if (status == 429 || status == 503) {
      assertThat(header(answer, "Retry-After")).isEqualTo("2");
    }
    assertThat(door.send("HEAD", "/v2/a/manifests/1").body()).isEmpty();
  }

  @Test
  void a_private_repository_looks_like_one_that_does_not_exist() {
    door.rooms.failure =
        Optional.of(new Failure.UnknownRepository(new Repository("docker.io", "library/a")));
    String unknown = text(door.get("/v2/a/manifests/1")).replaceAll("[0-9a-f]{32}", "");
    door.publicToAll = false;

    HttpResponse<byte[]> denied = door.get("/v2/a/manifests/1");

    assertThat(denied.statusCode()).isEqualTo(404);
    assertThat(text(denied).replaceAll("[0-9a-f]{32}", "")).isEqualTo(unknown);
  }

  @Test
  void pushes_are_refused_with_a_reason() {
    for (String method : List.of("PUT", "POST", "PATCH", "DELETE")) {
      HttpResponse<byte[]> answer = door.send(method, "/v2/a/manifests/1");
      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
      assertThat(text(answer)).contains("UNSUPPORTED").contains("pull-through cache");
    }
  }

  @Test
  void there_is_no_catalogue() {
    HttpResponse<byte[]> answer = door.get("/v2/_catalog");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(text(answer)).contains("UNSUPPORTED");
  }

  @Test
  void the_link_to_more_tags_keeps_prefix_and_namespace() {
    door.rooms.tags =
        new Catalogue.Tags(List.of("1", "2"), true, CacheStatus.of(CacheStatus.Outcome.MISS));

    HttpResponse<byte[]> prefixed = door.get("/v2/quay.io/a/b/tags/list?n=2");
    HttpResponse<byte[]> named = door.get("/v2/a/tags/list?n=2&ns=local%3A5001");

    assertThat(header(prefixed, "Link"))
        .isEqualTo("</v2/quay.io/a/b/tags/list?n=2&last=2>; rel=\"next\"");
    assertThat(text(prefixed)).isEqualTo("{\"name\":\"quay.io/a/b\",\"tags\":[\"1\",\"2\"]}");
    assertThat(header(named, "Link"))
        .isEqualTo("</v2/a/tags/list?n=2&last=2&ns=local%3A5001>; rel=\"next\"");
    assertThat(header(named, "OCI-Namespace")).isEqualTo("local:5001");
  }

  @Test
  void referrers_say_whether_they_were_filtered() {
    String target = "/v2/a/referrers/" + Digest.sha256(new byte[0]);

    assertThat(door.get(target).headers().firstValue("OCI-Filters-Applied")).isEmpty();
    HttpResponse<byte[]> filtered = door.get(target + "?artifactType=a%2Fb");
    assertThat(header(filtered, "OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(header(filtered, "Content-Type"))
        .isEqualTo("application/vnd.oci.image.index.v1+json");
  }

  @Test
  void a_stranger_is_refused_before_anything_is_looked_up() {
    try (OpenDoor closed =
        new OpenDoor(DoorLimits.DEFAULT, DoorTimeouts.DEFAULT, List.of(), _ -> false)) {
      HttpResponse<byte[]> answer = closed.get("/v2/a/manifests/1", "X-Forwarded-For", "127.0.0.1");

      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(text(answer)).contains("DENIED").contains("access.trusted-networks");
      assertThat(closed.rooms.permits).isEmpty();
    }
  }

  @Test
  void a_trusted_proxy_speaks_for_its_clients() {
    try (OpenDoor behind =
        new OpenDoor(
            DoorLimits.DEFAULT,
            DoorTimeouts.DEFAULT,
            List.of("10.0.0.7"),
            InetAddress::isLoopbackAddress)) {
      assertThat(behind.get("/v2/", "X-Forwarded-For", "10.0.0.7").statusCode()).isEqualTo(200);
      assertThat(behind.get("/v2/", "X-Forwarded-For", "10.0.0.7, 8.8.8.8").statusCode())
          .isEqualTo(403);
      assertThat(behind.get("/v2/").statusCode()).isEqualTo(403);
    }
  }

  private int status(String target, String... headers) {
    return door.get(target, headers).statusCode();
  }

  private static String part(String boundary, String range, String bytes) {
    return "\r\n--"
        + boundary
        + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes "
        + range
        + "/200000\r\n\r\n"
        + bytes;
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static String header(HttpResponse<byte[]> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
