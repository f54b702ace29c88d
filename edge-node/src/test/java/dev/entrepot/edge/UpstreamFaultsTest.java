package dev.entrepot.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Auth;
import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Hold;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.Kind;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What upstreams do wrong, and what must come of it: never a wrong body that is complete, never a
 * hang, and everything works again when the fault heals.
 */
class UpstreamFaultsTest {
  private static final String REPOSITORY = "library/alpine";
  private static final String MANIFEST = "/v2/alpine/manifests/3.20";
  private static final String FAST =
      """

      timeouts: {upstream-first-byte: 2s, upstream-stall: 2s, upstream-token: 2s, retry-wait: 20ms, circuit-open: 1s}
      """;

  @TempDir Path directory;
  private ScriptedRegistry upstream;
  private Image image;
  private Digest layer;
  private TestEdge edge;

  @BeforeEach
  void start() {
    upstream = ScriptedRegistry.start();
    image = upstream.contents().image(REPOSITORY, "3.20", 3L << 20, 5_000);
    layer = image.layers().getFirst().digest();
    edge = TestEdge.start(directory, TestEdge.hub(upstream.uri()) + FAST);
  }

  @AfterEach
  void stop() {
    edge.close();
    upstream.close();
  }

  private String blob() {
    return "/v2/alpine/blobs/" + layer;
  }

  private byte[] manifest() {
    TestEdge.Got got = edge.get(MANIFEST);
    assertThat(got.status()).as(got.text()).isEqualTo(200);
    return got.body();
  }

  private void blobIsRight() {
    TestEdge.Got got = edge.get(blob());
    assertThat(got.status()).as(got.text()).isEqualTo(200);
    assertThat(Digest.sha256(got.body())).isEqualTo(layer);
  }

  /** U01, R10. */
  @ParameterizedTest
  @ValueSource(strings = {"reset", "close", "close-delimited", "chunked"})
  void a_truncated_body_is_resumed_and_comes_out_right(String how) {
    manifest();
    Fault fault =
        switch (how) {
          case "reset" -> Fault.resetAfter(1_500_000);
          case "close" -> Fault.closeAfter(1_500_000);
          case "close-delimited" -> Fault.closeDelimited();
          default -> Fault.chunked();
        };
    Fault cut = Fault.closeAfter(1_500_000);
    upstream
        .faults()
        .on(
            Match.blob(layer).method("GET").first(2),
            how.startsWith("c") && !how.equals("close")
                ? new Fault[] {fault, cut}
                : new Fault[] {fault});
    blobIsRight();
  }

  /** U02: the last byte never leaves before the proof. */
  @Test
  void a_flipped_byte_breaks_the_answer_and_is_asked_for_again() {
    manifest();
    upstream.faults().on(Match.blob(layer).method("GET").first(1), Fault.flip(100_000));
    assertThatThrownBy(() -> edge.get(blob())).isInstanceOf(UncheckedIOException.class);
    blobIsRight();
    assertThat(upstream.journal().bodyBytes(layer)).isEqualTo(2 * (3L << 20));
  }

  /** U03: a stalled body is given up and resumed; nobody else waits. */
  @Test
  void a_stall_is_resumed_and_others_are_served_meanwhile() throws Exception {
    manifest();
    Digest small = image.layers().getLast().digest();
    Hold hold = new Hold();
    upstream.faults().on(Match.blob(layer).method("GET").first(1), Fault.stallAfter(1 << 20, hold));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> slow = threads.submit(this::blobIsRight);
      hold.awaitArrivals(1, Duration.ofSeconds(10));
      assertThat(edge.get("/v2/alpine/blobs/" + small).body()).hasSize(5_000);
      slow.get();
    }
    hold.release();
  }

  /** U04, R07: hits go on while the upstream throttles; misses say 429 with its own pause. */
  @Test
  void a_throttling_upstream_fails_misses_in_its_own_words_and_no_hit() {
    manifest();
    blobIsRight();
    upstream.faults().on(Match.any(), Fault.tooManyRequests(Duration.ofSeconds(77)));
    blobIsRight();
    assertThat(manifest()).hasSizeGreaterThan(10);
    TestEdge.Got miss = edge.get("/v2/alpine/manifests/other");
    assertThat(miss.status()).isEqualTo(429);
    assertThat(Integer.parseInt(miss.header("Retry-After"))).isBetween(60, 77);
    assertThat(miss.text()).contains("TOOMANYREQUESTS");
    long asked = upstream.journal().entries().size();
    for (int n = 0; n < 20; n++) {
      assertThat(edge.get("/v2/alpine/manifests/other" + n).status()).isEqualTo(429);
    }
    assertThat(upstream.journal().entries().size()).as("nobody asks again").isEqualTo((int) asked);
  }

  /** U05: errors are retried within the budget; the breaker then answers at once, and heals. */
  @Test
  void server_errors_are_retried_then_answered_at_once_and_heal() {
    upstream.faults().on(Match.manifest("3.20").first(2), Fault.status(502));
    manifest();
    upstream.faults().on(Match.any(), Fault.status(503));
    for (int n = 0; n < 6; n++) {
      assertThat(edge.get("/v2/alpine/manifests/t" + n).status()).isEqualTo(502);
    }
    int asked = upstream.journal().entries().size();
    TestEdge.Got refused = edge.get("/v2/alpine/manifests/another");
    assertThat(refused.status()).isEqualTo(502);
    assertThat(refused.text()).contains("circuit");
    assertThat(upstream.journal().entries().size()).isEqualTo(asked);
    upstream.heal();
    blobIsRightEventually();
  }

  private void blobIsRightEventually() {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (edge.get(blob()).status() != 200) {
      assertThat(System.nanoTime()).as("healed in time").isLessThan(end);
    }
    blobIsRight();
  }

  /** U06: redirects. */
  @Test
  void redirects_to_storage_lose_the_credentials_and_bring_the_bytes() {
    upstream.storage().redirectBlobs();
    manifest();
    blobIsRight();
    assertThat(upstream.journal().entries(entry -> entry.kind() == Kind.STORAGE))
        .isNotEmpty()
        .noneMatch(entry -> entry.carried("authorization"));
  }

  @Test
  void redirect_loops_and_long_chains_end_in_words() {
    manifest();
    upstream.faults().on(Match.blob(layer), Fault.redirectLoop());
    TestEdge.Got loop = edge.get(blob());
    assertThat(loop.status()).isEqualTo(502);
    assertThat(loop.text()).contains("redirects without end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "http://10.11.12.13/x",
        "http://[::ffff:169.254.169.254]/x",
        "http://[fd00:ec2::254]/x",
        "http://0.0.0.0:1/x",
        "http://user:secret@127.0.0.1/x",
        "gopher://127.0.0.1/x",
        "http://2852039166/x"
      })
  void redirects_to_where_nobody_may_go_are_not_followed(String location) {
    manifest();
    upstream.faults().on(Match.blob(layer), Fault.redirectTo(location));
    TestEdge.Got got = edge.get(blob());
    assertThat(got.status()).as(got.text()).isBetween(502, 503);
    assertThat(got.text()).doesNotContain("secret");
    upstream.heal();
    blobIsRightEventually();
  }

  /** U08, R08. */
  @Test
  void what_is_no_manifest_is_never_kept() {
    upstream.faults().on(Match.manifest("3.20"), Fault.html());
    TestEdge.Got portal = edge.get(MANIFEST);
    assertThat(portal.status()).isEqualTo(502);
    assertThat(portal.text()).contains("something else than a manifest");
    upstream.heal();
    eventually(MANIFEST);
  }

  @Test
  void a_manifest_that_does_not_hash_to_its_digest_header_is_never_kept() {
    upstream
        .faults()
        .on(
            Match.manifest("3.20"),
            Fault.header("Docker-Content-Digest", Digest.sha256(new byte[] {1}).toString()));
    assertThat(edge.get(MANIFEST).status()).isEqualTo(502);
    upstream.heal();
    eventually(MANIFEST);
  }

  private void eventually(String path) {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (edge.get(path).status() != 200) {
      assertThat(System.nanoTime()).as("healed in time").isLessThan(end);
    }
  }

  /** U18. */
  @Test
  void an_encoding_nobody_asked_for_is_refused() {
    manifest();
    upstream.faults().on(Match.blob(layer), Fault.gzipLie());
    assertThat(edge.get(blob()).status()).isEqualTo(502);
    assertThat(
            upstream
                .journal()
                .entries(entry -> entry.kind() == Kind.BLOB)
                .getFirst()
                .request()
                .headers()
                .first("accept-encoding"))
        .isEqualTo(Optional.of("identity"));
    upstream.heal();
    blobIsRightEventually();
  }

  /** U14: by default a fill goes on when its readers have gone. */
  @Test
  void a_client_that_goes_stops_no_fill() throws Exception {
    manifest();
    Hold hold = new Hold();
    upstream.faults().on(Match.blob(layer).method("GET").first(1), Fault.stallAfter(1 << 20, hold));
    try (java.net.Socket client =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), edge.port())) {
      client
          .getOutputStream()
          .write(
              ("GET " + blob() + " HTTP/1.1\r\nHost: x\r\n\r\n")
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      hold.awaitArrivals(1, Duration.ofSeconds(10));
      assertThat(client.getInputStream().read()).isEqualTo('H');
    }
    hold.release();
    blobIsRight();
    assertThat(upstream.journal().bodyBytes(layer)).isEqualTo(3L << 20);
  }

  /** U15: ranges of a blob that is being filled. */
  @Test
  void ranges_of_a_cold_blob_are_answered_by_the_book() throws Exception {
    manifest();
    byte[] whole;
    try (java.io.InputStream direct =
        upstream.uri().resolve("/v2/" + REPOSITORY + "/blobs/" + layer).toURL().openStream()) {
      whole = direct.readAllBytes();
    }
    upstream.journal().clear();
    TestEdge.Got part = edge.get(blob(), "Range", "bytes=1000000-1000009");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.header("Content-Range")).isEqualTo("bytes 1000000-1000009/" + whole.length);
    assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(whole, 1_000_000, 1_000_010));
    TestEdge.Got suffix = edge.get(blob(), "Range", "bytes=-5");
    assertThat(suffix.status()).isEqualTo(206);
    assertThat(suffix.body())
        .isEqualTo(java.util.Arrays.copyOfRange(whole, whole.length - 5, whole.length));
    TestEdge.Got several = edge.get(blob(), "Range", "bytes=0-1,5-6, -1");
    assertThat(several.status()).isEqualTo(206);
    assertThat(several.header("Content-Type")).startsWith("multipart/byteranges; boundary=");
    assertThat(several.body().length).isEqualTo(Integer.parseInt(several.header("Content-Length")));
    TestEdge.Got beyond = edge.get(blob(), "Range", "bytes=99999999-");
    assertThat(beyond.status()).isEqualTo(416);
    assertThat(beyond.header("Content-Range")).isEqualTo("bytes */" + whole.length);
    assertThat(edge.get(blob(), "Range", "bytes=0-1", "If-Range", "\"other\"").status())
        .isEqualTo(200);
    assertThat(edge.get(blob(), "Range", "bytes=0-1", "If-Range", "\"" + layer + "\"").status())
        .isEqualTo(206);
    assertThat(edge.get(blob(), "Range", "lines=1-2").status()).isEqualTo(200);
    assertThat(upstream.journal().rangesSentTwice(layer)).isEmpty();
  }

  /** R14: a tag that is cached never waits for an upstream that answers nothing. */
  @Test
  void an_upstream_that_never_answers_costs_a_stale_tag_its_budget_once() {
    edge.close();
    String rules =
        "upstreams: [{name: docker.io, urls: [\""
            + upstream.uri()
            + "\"], freshness: {tag: 1ms, ask-budget: 300ms}}]"
            + FAST;
    edge = TestEdge.start(directory, rules);
    manifest();
    upstream.faults().on(Match.any(), Fault.neverAnswer());
    TestEdge.Got stale = edge.get(MANIFEST);
    assertThat(stale.header("Cache-Status")).contains("hit", "stale");
    for (int n = 0; n < 20; n++) {
      assertThat(edge.get(MANIFEST).header("Cache-Status")).contains("stale");
    }
    assertThat(upstream.journal().entries().size()).isLessThan(6);
  }

  /** R16: a blob is not served where it is not mentioned. */
  @Test
  void a_blob_of_another_repository_is_unknown_here() {
    manifest();
    blobIsRight();
    TestEdge.Got other = edge.get("/v2/other/image/blobs/" + layer);
    assertThat(other.status()).isEqualTo(404);
    assertThat(other.text()).contains("BLOB_UNKNOWN");
  }

  /** R01: a realm on a foreign host gets nothing. */
  @Test
  void credentials_never_go_to_a_realm_on_another_host() {
    try (ScriptedRegistry thief = ScriptedRegistry.start();
        ScriptedRegistry secret = ScriptedRegistry.start(Auth.bearer("bot", "canary-secret"))) {
      secret.contents().image(REPOSITORY, "3.20", 5_000);
      URI foreign = URI.create("http://localhost:" + thief.port() + "/token");
      secret.tokens().realm(Optional.of(foreign));
      edge.close();
      edge =
          TestEdge.start(
              directory,
              "upstreams: [{name: docker.io, urls: [\""
                  + secret.uri()
                  + "\"], visibility: public, credentials: {username: bot, password: canary-secret}}]"
                  + FAST);
      TestEdge.Got refused = edge.get(MANIFEST);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.text()).contains("token-realms").doesNotContain("canary-secret");
      assertThat(thief.journal().entries()).isEmpty();
    }
  }

  /** U07: tokens. */
  @Test
  void a_token_that_expires_is_asked_for_again_and_once_for_all() throws Exception {
    try (ScriptedRegistry secret = ScriptedRegistry.start(Auth.bearer("bot", "pw", REPOSITORY))) {
      Image other = secret.contents().image(REPOSITORY, "3.20", 2L << 20);
      edge.close();
      edge = TestEdge.start(directory, TestEdge.hub(secret.uri()) + FAST);
      List<Future<TestEdge.Got>> all = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int n = 0; n < 20; n++) {
          String tag = n == 0 ? "3.20" : "none" + n;
          all.add(threads.submit(() -> edge.get("/v2/alpine/manifests/" + tag)));
        }
        assertThat(all.getFirst().get().status()).isEqualTo(200);
      }
      assertThat(secret.journal().count(entry -> entry.kind() == Kind.TOKEN)).isEqualTo(1);
      secret.tokens().expireAll();
      TestEdge.Got got = edge.get("/v2/alpine/blobs/" + other.layers().getFirst().digest());
      assertThat(got.status()).isEqualTo(200);
      assertThat(secret.journal().count(entry -> entry.kind() == Kind.TOKEN)).isEqualTo(2);
    }
  }

  /** Bot credentials and a private repository: nothing of it for anonymous clients, ever. */
  @Test
  void what_only_our_account_may_see_is_served_to_nobody() {
    try (ScriptedRegistry secret =
        ScriptedRegistry.start(Auth.bearer("bot", "pw", "library/open"))) {
      Image hidden = secret.contents().image("library/hidden", "1", 5_000);
      secret.contents().image("library/open", "1", 5_000);
      edge.close();
      edge =
          TestEdge.start(
              directory,
              "upstreams: [{name: docker.io, urls: [\""
                  + secret.uri()
                  + "\"], credentials: {username: bot, password: pw}}]"
                  + FAST);
      assertThat(edge.get("/v2/open/manifests/1").status()).isEqualTo(200);
      for (int n = 0; n < 2; n++) {
        assertThat(edge.get("/v2/hidden/manifests/1").status()).isEqualTo(404);
        assertThat(edge.get("/v2/hidden/blobs/" + hidden.layers().getFirst().digest()).status())
            .isEqualTo(404);
        assertThat(edge.get("/v2/hidden/tags/list").status()).isEqualTo(404);
      }
    }
  }
}
