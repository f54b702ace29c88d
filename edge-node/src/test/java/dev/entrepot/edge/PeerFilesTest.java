package dev.entrepot.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two edges that know each other by files of their operator's, which change. */
@Timeout(180)
final class PeerFilesTest {
  private static final int SIZE = 60_000_000;

  /** Until all files have changed: slow enough for a busy machine. */
  private static final int PER_SECOND = 1_000_000;

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final TestAuthority old = new TestAuthority("old");
  private final TestAuthority next = new TestAuthority("next");
  private final ScriptedRegistry upstream = ScriptedRegistry.start();
  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final List<TestEdge> edges = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    for (int n = 0; n < 4; n++) {
      ports.add(freePort());
    }
    Files.writeString(directory.resolve("ca.crt"), old.pem());
    old.issue(directory, "old-client", Duration.ofDays(1));
    next.issue(directory, "next-client", Duration.ofDays(1));
    for (int n = 0; n < 2; n++) {
      old.issue(directory, "edge-" + n, Duration.ofDays(20));
      edges.add(TestEdge.start(Files.createDirectory(directory.resolve("" + n)), settings(n)));
    }
    await(
        "they see each other",
        () -> edges.stream().allMatch(it -> meter(it, "entrepot_cluster_members") == 2));
  }

  @AfterEach
  void end() {
    edges.forEach(TestEdge::close);
    clients.close();
    upstream.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Test
  void a_site_moves_to_another_authority_and_no_transfer_between_its_edges_is_cut()
      throws Exception {
    Image big = upstream.contents().image("library/big", "1", SIZE);
    Digest layer = big.layers().getFirst().digest();
    upstream.bandwidth(PER_SECOND);
    List<Future<Digest>> pulls = new ArrayList<>();
    for (TestEdge edge : edges) {
      assertThat(edge.get("/v2/big/manifests/1").status()).isEqualTo(200);
      pulls.add(clients.submit(() -> edge.digestOf("/v2/big/blobs/" + layer)));
    }
    await("one edge sends to the other", () -> received() > PER_SECOND);
    double asked = asked();

    move("ca.crt", old.pem() + next.pem());
    awaitBoth("the next authority is believed", n -> shown(n, "next-client").isPresent());
    for (int n = 0; n < 2; n++) {
      X509Certificate before = shown(n, "next-client").orElseThrow();
      renew("edge-" + n);
      int edge = n;
      await("it is shown", () -> !shown(edge, "next-client").equals(Optional.of(before)));
    }
    move("ca.crt", next.pem());
    awaitBoth("the old authority is not believed", n -> shown(n, "old-client").isEmpty());

    assertThat(pulls).as("the transfer was running all the time").noneMatch(Future::isDone);
    upstream.bandwidth(0);
    for (Future<Digest> pull : pulls) {
      assertThat(pull.get()).isEqualTo(layer);
    }
    assertThat(asked()).as("asked again").isEqualTo(asked);
    assertThat(upstream.journal().bodyBytes(layer)).isEqualTo(SIZE);
    theyShareNewOnes();
  }

  private void theyShareNewOnes() {
    Image image = upstream.contents().image("library/app", "1", 1_000_001, 1_000_002, 1_000_003);
    double before = received();
    for (TestEdge edge : edges) {
      assertThat(edge.get("/v2/app/manifests/1").status()).isEqualTo(200);
      for (var it : image.layers()) {
        assertThat(edge.digestOf("/v2/app/blobs/" + it.digest())).isEqualTo(it.digest());
      }
    }
    assertThat(received() - before).isGreaterThanOrEqualTo(3_000_000);
    for (var it : image.layers()) {
      assertThat(upstream.journal().bodyBytes(it.digest())).isEqualTo(it.size());
    }
  }

  private String settings(int n) {
    return """
    %s
    timeouts: {certificate-check: 100ms}
    cluster:
      mode: hazelcast
      name: files
      address: 127.0.0.1:%d
      members: ["127.0.0.1:%d", "127.0.0.1:%d"]
      secret: a secret of the edges of one site
      peer:
        listen: 127.0.0.1:%d
        url: https://127.0.0.1:%d
        certificate: %s
        key: %s
        ca: %s
    """
        .formatted(
            TestEdge.hub(upstream.uri()),
            ports.get(n),
            ports.get(0),
            ports.get(1),
            ports.get(2 + n),
            ports.get(2 + n),
            directory.resolve("edge-" + n + ".crt"),
            directory.resolve("edge-" + n + ".key"),
            directory.resolve("ca.crt"));
  }

  /** The key first: in between the two do not fit, which must not matter. */
  private void renew(String name) throws IOException {
    Path made = Files.createTempDirectory(directory, "made");
    next.issue(made, name, Duration.ofDays(20));
    for (String file : new String[] {name + ".key", name + ".crt"}) {
      move(file, Files.readString(made.resolve(file)));
    }
  }

  private void move(String name, String text) throws IOException {
    Files.move(
        Files.writeString(directory.resolve("moving"), text),
        directory.resolve(name),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  /** What an edge's peer door shows to who has that certificate; empty when it is not heard. */
  private Optional<X509Certificate> shown(int edge, String client) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setTrustAll(true)
            .setVerifyHost(false)
            .setKeepAlive(false)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(directory.resolve(client + ".crt").toString())
                    .addKeyPath(directory.resolve(client + ".key").toString()));
    try {
      return Optional.of(
          vertx
              .createHttpClient(options)
              .request(HttpMethod.GET, ports.get(2 + edge), "127.0.0.1", "/v2/")
              .compose(HttpClientRequest::send)
              .map(answer -> (X509Certificate) certificate(answer.request()))
              .toCompletionStage()
              .toCompletableFuture()
              .orTimeout(10, TimeUnit.SECONDS)
              .join());
    } catch (CompletionException _) {
      return Optional.empty();
    }
  }

  private static java.security.cert.Certificate certificate(HttpClientRequest request) {
    try {
      return request.connection().peerCertificates().getFirst();
    } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
      throw new AssertionError(e);
    }
  }

  private double received() {
    return edges.stream().mapToDouble(it -> meter(it, "entrepot_peer_received_bytes_total")).sum();
  }

  private double asked() {
    return edges.stream().mapToDouble(it -> meter(it, "entrepot_peer_requests_total")).sum();
  }

  /** A meter's value, over all its tags. */
  private static double meter(TestEdge edge, String name) {
    return Pattern.compile("(?m)^" + name + "(?:\\{[^}]*\\})? ([0-9.eE+-]+)$")
        .matcher(edge.metrics())
        .results()
        .map((MatchResult it) -> it.group(1))
        .mapToDouble(Double::parseDouble)
        .sum();
  }

  private interface OfEdge {
    boolean is(int edge);
  }

  private static void awaitBoth(String what, OfEdge condition) {
    await(what, () -> condition.is(0) && condition.is(1));
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
