package dev.entrepot.loadtest.upstream;

import static dev.entrepot.loadtest.upstream.Client.header;
import static dev.entrepot.loadtest.upstream.Client.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults of the answer itself; {@link DeliveryTest} has those of its way. */
final class FaultsTest {
  private static final int SIZE = 10_000;

  private final ScriptedRegistry registry = ScriptedRegistry.start();
  private final Client client = new Client(registry);
  private final Descriptor blob = registry.contents().generatedBlob("a", SIZE, 1);
  private final byte[] content = Bytes.generated(SIZE, 1).toArray();
  private final Image image = registry.contents().image("a", "t", 10);
  private final String path = "/v2/a/blobs/" + blob.digest();
  private final Match theBlob = Match.blob(blob.digest());

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  @Test
  void a_flipped_byte_is_wrong_in_the_whole_and_in_every_part() {
    registry.faults().on(theBlob, Fault.flip(5000));
    assertThat(Arrays.mismatch(content, client.get(path).body())).isEqualTo(5000);
    byte[] part = client.get(path, "Range", "bytes=4990-5010").body();
    assertThat(Arrays.mismatch(part, Arrays.copyOfRange(content, 4990, 5011))).isEqualTo(10);
    byte[] other = client.get(path, "Range", "bytes=6000-6010").body();
    assertThat(other).isEqualTo(Arrays.copyOfRange(content, 6000, 6011));
  }

  @Test
  void a_body_can_be_shorter_or_longer_and_say_so() {
    registry.faults().on(theBlob.nth(1), Fault.resize(-10));
    registry.faults().on(theBlob.nth(2), Fault.resize(10));
    assertThat(client.get(path).body()).hasSize(SIZE - 10);
    byte[] longer = client.get(path).body();
    assertThat(longer).hasSize(SIZE + 10).startsWith(content);
  }

  @Test
  void a_promised_length_can_be_off_in_both_directions() throws Exception {
    registry.faults().on(theBlob.nth(1), Fault.promiseLength(7));
    registry.faults().on(theBlob.nth(2), Fault.promiseLength(-7));
    assertThat(bodyOf(raw(), "Content-Length: 10007")).isEqualTo(content);
    assertThat(bodyOf(raw(), "Content-Length: 9993")).isEqualTo(content);
  }

  @Test
  void headers_can_be_wrong_or_missing() {
    String other = Digest.sha256(new byte[] {1}).toString();
    Match manifest = Match.manifest("t");
    registry.faults().on(manifest.nth(1), Fault.header("Docker-Content-Digest", other));
    registry.faults().on(manifest.nth(2), Fault.withoutDigest());
    registry.faults().on(manifest.nth(3), Fault.header("Content-Type", "text/plain"));
    assertThat(header(client.get("/v2/a/manifests/t"), "Docker-Content-Digest")).isEqualTo(other);
    assertThat(header(client.get("/v2/a/manifests/t"), "Docker-Content-Digest")).isEmpty();
    assertThat(header(client.get("/v2/a/manifests/t"), "Content-Type")).isEqualTo("text/plain");
    assertThat(Digest.sha256(client.get("/v2/a/manifests/t").body()))
        .isEqualTo(image.manifest().digest());
  }

  @Test
  void html_comes_with_200_for_a_manifest() {
    registry.faults().on(Match.kind(Kind.MANIFEST), Fault.html());
    HttpResponse<byte[]> answer = client.get("/v2/a/manifests/t");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).startsWith("text/html");
  }

  @Test
  void gzip_can_be_claimed_and_can_be_done() throws Exception {
    registry.faults().on(theBlob.nth(1), Fault.gzipLie());
    registry.faults().on(theBlob.nth(2), Fault.gzipped());
    HttpResponse<byte[]> lie = client.get(path);
    HttpResponse<byte[]> real = client.get(path);
    assertThat(header(lie, "Content-Encoding")).isEqualTo("gzip");
    assertThat(lie.body()).isEqualTo(content);
    assertThat(header(real, "Content-Encoding")).isEqualTo("gzip");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(real.body())).readAllBytes())
        .isEqualTo(content);
  }

  @Test
  void every_status_comes_with_an_error_body() {
    for (int status : List.of(401, 403, 404, 429, 500, 502, 503, 504)) {
      Rule rule = registry.faults().on(Match.any(), Fault.status(status));
      HttpResponse<byte[]> answer = client.get(path);
      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(text(answer)).startsWith("{\"errors\":[");
      rule.remove();
    }
    assertThat(client.get(path).statusCode()).isEqualTo(200);
  }

  @Test
  void throttling_says_when_to_come_again_in_seconds_or_as_a_date() {
    Instant date = Instant.parse("2030-01-02T02:04:05Z");
    registry.faults().on(Match.any().nth(1), Fault.tooManyRequests(Duration.ofSeconds(30)));
    registry.faults().on(Match.any().nth(2), Fault.tooManyRequests(date));
    assertThat(header(client.get(path), "Retry-After")).isEqualTo("30");
    assertThat(header(client.get(path), "Retry-After")).isEqualTo("Wed, 02 Jan 2030 02:04:05 GMT");
  }

  @Test
  void a_quota_is_announced() {
    registry.faults().on(Match.any(), Fault.rateLimit(100, 76, Duration.ofHours(6)));
    HttpResponse<byte[]> answer = client.head("/v2/a/manifests/t");
    assertThat(header(answer, "RateLimit-Limit")).isEqualTo("100;w=21600");
    assertThat(header(answer, "RateLimit-Remaining")).isEqualTo("76;w=21600");
  }

  @Test
  void a_range_can_be_ignored_answered_wrongly_or_mislabelled() {
    registry.faults().on(theBlob.nth(1), Fault.ignoreRange());
    registry.faults().on(theBlob.nth(2), Fault.otherRange("bytes=0-9"));
    registry.faults().on(theBlob.nth(3), Fault.header("Content-Range", "bytes 1-2/3"));
    HttpResponse<byte[]> ignored = client.get(path, "Range", "bytes=50-59");
    HttpResponse<byte[]> wrong = client.get(path, "Range", "bytes=50-59");
    HttpResponse<byte[]> mislabelled = client.get(path, "Range", "bytes=50-59");
    assertThat(ignored.statusCode()).isEqualTo(200);
    assertThat(ignored.body()).isEqualTo(content);
    assertThat(header(wrong, "Content-Range")).isEqualTo("bytes 0-9/10000");
    assertThat(header(mislabelled, "Content-Range")).isEqualTo("bytes 1-2/3");
    assertThat(mislabelled.body()).isEqualTo(Arrays.copyOfRange(content, 50, 60));
  }

  @Test
  void a_head_can_be_refused_while_get_works() {
    registry.faults().on(Match.any().method("HEAD"), Fault.methodNotAllowed());
    assertThat(client.head(path).statusCode()).isEqualTo(405);
    assertThat(client.get(path).statusCode()).isEqualTo(200);
  }

  @Test
  void redirects_can_loop_form_a_chain_or_lead_anywhere() {
    registry.faults().on(Match.manifest("t").nth(1), Fault.redirectLoop());
    registry.faults().on(Match.manifest("t").nth(2), Fault.redirectTo("http://169.254.169.254/x"));
    registry.faults().on(theBlob, Fault.redirectChain(2));
    assertThat(header(client.get("/v2/a/manifests/t"), "Location")).isEqualTo("/v2/a/manifests/t");
    assertThat(header(client.get("/v2/a/manifests/t"), "Location"))
        .isEqualTo("http://169.254.169.254/x");
    String first = header(client.get(path), "Location");
    String second = header(client.get(first), "Location");
    assertThat(List.of(first, second)).containsExactly(path + "?hop=1", path + "?hop=2");
    assertThat(client.get(second).body()).isEqualTo(content);
  }

  @Test
  void a_token_can_be_refused_in_the_middle_of_everything() {
    registry.auth(Auth.basic("u", "p"));
    registry.faults().on(Match.any(), Fault.unauthorized());
    HttpResponse<byte[]> answer = client.get(path, "Authorization", "Basic dTpw");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(header(answer, "WWW-Authenticate")).startsWith("Basic");
    registry.heal();
    assertThat(client.get(path, "Authorization", "Basic dTpw").statusCode()).isEqualTo(200);
  }

  @Test
  void a_tag_can_move_between_head_and_get() {
    Image next = registry.contents().image("a", "next", 10);
    Fault move =
        Fault.afterwards(() -> registry.contents().tag("a", "t", next.manifest().digest()));
    registry.faults().on(Match.manifest("t").method("HEAD"), move);
    String before = header(client.head("/v2/a/manifests/t"), "Docker-Content-Digest");
    registry.journal().awaitQuiet(Duration.ofSeconds(5));
    assertThat(before).isEqualTo(image.manifest().digest().toString());
    assertThat(Digest.sha256(client.get("/v2/a/manifests/t").body()))
        .isEqualTo(next.manifest().digest());
  }

  @Test
  void a_rule_counts_only_what_it_matches() {
    Rule rule = registry.faults().on(theBlob.method("GET").after(1).first(2), Fault.status(500));
    client.head(path);
    client.get("/v2/");
    assertThat(client.get(path).statusCode()).isEqualTo(200);
    assertThat(client.get(path).statusCode()).isEqualTo(500);
    assertThat(client.get(path).statusCode()).isEqualTo(500);
    assertThat(client.get(path).statusCode()).isEqualTo(200);
    assertThat(rule.hits()).isEqualTo(2);
  }

  @Test
  void a_share_of_requests_fails_and_always_the_same() {
    Match half = Match.any().randomly(0.5, 99);
    long meant = IntStream.range(0, 1000).filter(half::means).count();
    assertThat(meant).isBetween(430L, 570L);
    assertThat(IntStream.range(0, 100).filter(half::means).toArray())
        .isEqualTo(IntStream.range(0, 100).filter(Match.any().randomly(0.5, 99)::means).toArray());
  }

  @Test
  void faults_of_several_rules_come_together() {
    registry.faults().on(Match.any(), Fault.header("X-One", "1"));
    registry.faults().on(theBlob, Fault.flip(0), Fault.header("X-Two", "2"));
    HttpResponse<byte[]> answer = client.get(path);
    assertThat(header(answer, "X-One") + header(answer, "X-Two")).isEqualTo("12");
    assertThat(answer.body()[0]).isNotEqualTo(content[0]);
  }

  @Test
  void a_script_that_throws_is_told_to_the_client() {
    registry
        .faults()
        .on(
            Match.any(),
            Fault.edit(_ -> {
              throw new IllegalStateException("mistake in the script");
            }));
    HttpResponse<byte[]> answer = client.get(path);
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(text(answer)).contains("mistake in the script");
  }

  @Test
  void a_match_that_throws_is_told_to_the_client() {
    registry
        .faults()
        .on(Match.when(request -> request.digest().orElseThrow().equals(blob.digest())));
    HttpResponse<byte[]> answer = client.get("/v2/");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(text(answer)).contains("NoSuchElementException");
  }

  @Test
  void every_answer_is_dated() {
    assertThat(header(client.get(path), "Date")).matches("\\w{3}, \\d\\d \\w{3} \\d{4} .* GMT");
  }

  private byte[] raw() throws Exception {
    return client.raw("GET " + path + " HTTP/1.1\r\nHost: x");
  }

  private static byte[] bodyOf(byte[] answer, String expectedHeader) {
    String text = new String(answer, ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    assertThat(new String(answer, 0, end, UTF_8)).contains(expectedHeader);
    return Arrays.copyOfRange(answer, end + 4, answer.length);
  }
}
