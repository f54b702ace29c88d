package dev.entrepot.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Doors with TLS: what they serve, and how their certificates change under load. */
final class TlsDoorTest {
  private static final Duration RELOAD = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final TestAuthority authority = new TestAuthority();

  @BeforeEach
  void issue() throws IOException {
    authority.issue(directory, "edge", Duration.ofDays(20));
  }

  @Test
  void a_tls_door_and_a_plain_one_serve_side_by_side() throws Exception {
    try (ScriptedRegistry upstream = ScriptedRegistry.start();
        Edge edge = start(upstream)) {
      Image image = upstream.contents().image("library/app", "1", 3 << 20, 70 << 20);

      for (HttpClient.Version version : HttpClient.Version.values()) {
        try (HttpClient client = client(version)) {
          HttpResponse<byte[]> manifest = get(client, edge, 1, "/v2/app/manifests/1");
          assertThat(manifest.version()).isEqualTo(version);
          assertThat(manifest.statusCode()).isEqualTo(200);
          for (var layer : image.layers()) {
            assertThat(digest(client, edge, 1, "/v2/app/blobs/" + layer.digest()))
                .isEqualTo(layer.digest());
          }
        }
      }
      try (HttpClient client = HttpClient.newHttpClient()) {
        assertThat(get(client, edge, 0, "/v2/app/manifests/1").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void tls_is_boringssl_on_this_machine() {
    assertThat(OpenSsl.isAvailable()).as(String.valueOf(OpenSsl.unavailabilityCause())).isTrue();
    assertThat(OpenSsl.versionString()).containsIgnoringCase("BoringSSL");
  }

  @Test
  void a_new_certificate_is_served_without_dropping_a_transfer() throws Exception {
    try (ScriptedRegistry upstream = ScriptedRegistry.start();
        Edge edge = start(upstream);
        HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
      Image image = upstream.contents().image("library/app", "1", 80 << 20);
      Digest layer = image.layers().getFirst().digest();
      assertThat(get(client, edge, 1, "/v2/app/manifests/1").statusCode()).isEqualTo(200);
      HttpResponse<InputStream> running =
          client.send(
              request(edge, 1, "/v2/app/blobs/" + layer),
              HttpResponse.BodyHandlers.ofInputStream());
      X509Certificate before = served(edge);

      authority.issue(directory, "next", Duration.ofDays(25));
      move("next");
      await(edge, before);

      assertThat(hash(running.body())).isEqualTo(layer);
      assertThat(get(client, edge, 1, "/v2/app/manifests/1").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_bad_pair_is_refused_and_the_old_one_stays() throws Exception {
    try (ScriptedRegistry upstream = ScriptedRegistry.start();
        Edge edge = start(upstream)) {
      X509Certificate good = served(edge);
      authority.issue(directory, "other", Duration.ofDays(20));
      Files.copy(
          directory.resolve("other.crt"),
          directory.resolve("edge.crt"),
          StandardCopyOption.REPLACE_EXISTING);
      // A pair that fits comes afterwards: only when it is served the bad one has been passed over.
      for (int n = 0; n < 5; n++) {
        assertThat(served(edge)).isEqualTo(good);
      }
      move("other");
      await(edge, good);
    }
  }

  /**
   * Mapped memory that reached native code would end the process here (SIGBUS): the cell's file
   * loses its end while BoringSSL encrypts from it.
   */
  @Test
  void a_file_cut_short_under_a_download_harms_neither_the_process_nor_the_bytes()
      throws Exception {
    try (ScriptedRegistry upstream = ScriptedRegistry.start();
        Edge edge = start(upstream);
        HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
      Image image = upstream.contents().image("library/app", "1", 100 << 20);
      String path = "/v2/app/blobs/" + image.layers().getFirst().digest();
      assertThat(get(client, edge, 1, "/v2/app/manifests/1").statusCode()).isEqualTo(200);
      assertThat(digest(client, edge, 1, path)).isEqualTo(image.layers().getFirst().digest());

      List<HttpResponse<InputStream>> running = new ArrayList<>();
      for (int n = 0; n < 8; n++) {
        running.add(client.send(request(edge, 1, path), HttpResponse.BodyHandlers.ofInputStream()));
      }
      assertThat(cutCells(1 << 20)).isPositive();

      for (HttpResponse<InputStream> one : running) {
        assertThat(hashIfWhole(one.body()).orElse(image.layers().getFirst().digest()))
            .isEqualTo(image.layers().getFirst().digest());
      }
      assertThat(digest(client, edge, 1, path)).isEqualTo(image.layers().getFirst().digest());
    }
  }

  @Test
  void a_client_that_does_not_trust_the_authority_gets_nothing() throws Exception {
    try (ScriptedRegistry upstream = ScriptedRegistry.start();
        Edge edge = start(upstream);
        HttpClient stranger = HttpClient.newHttpClient()) {
      assertThatThrownBy(() -> get(stranger, edge, 1, "/v2/"))
          .isInstanceOf(javax.net.ssl.SSLHandshakeException.class);
    }
  }

  private Edge start(ScriptedRegistry upstream) throws IOException {
    Path file = directory.resolve("edge.yml");
    Files.writeString(
        file,
        """
        version: 1
        listen:
          registry:
            - {address: "127.0.0.1:0"}
            - {address: "127.0.0.1:0", tls: {certificate: edge.crt, key: edge.key}}
          observe: "127.0.0.1:0"
          admin: "127.0.0.1:0"
        storage: {volumes: [{directory: data, capacity: 1GiB}], min-free: 1MiB}
        timeouts: {certificate-check: 100ms}
        upstreams: [{name: docker.io, urls: ["%s"]}]
        """
            .formatted(upstream.uri()));
    return switch (EdgeSettings.read(Optional.of(file), Map.of())) {
      case EdgeSettings.Result.Ok(EdgeSettings settings) -> Edge.start(settings);
      case EdgeSettings.Result.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  /** The key first: in between the two do not fit, which must not matter. */
  private void move(String name) throws IOException {
    for (String kind : new String[] {".key", ".crt"}) {
      Files.move(
          directory.resolve(name + kind),
          directory.resolve("edge" + kind),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void await(Edge edge, X509Certificate before) throws Exception {
    long end = System.nanoTime() + RELOAD.toNanos();
    while (served(edge).equals(before)) {
      assertThat(System.nanoTime()).as("the new certificate is served").isLessThan(end);
    }
  }

  private X509Certificate served(Edge edge) throws Exception {
    try (HttpClient fresh = client(HttpClient.Version.HTTP_1_1)) {
      HttpResponse<byte[]> answer = get(fresh, edge, 1, "/v2/");
      return (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpClient client(HttpClient.Version version) {
    return HttpClient.newBuilder().version(version).sslContext(authority.trust()).build();
  }

  private static HttpResponse<byte[]> get(HttpClient client, Edge edge, int door, String path)
      throws IOException, InterruptedException {
    return client.send(request(edge, door, path), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpRequest request(Edge edge, int door, String path) {
    String scheme = door == 0 ? "http" : "https";
    return HttpRequest.newBuilder(
            URI.create(scheme + "://127.0.0.1:" + edge.doors().get(door).port() + path))
        .timeout(Duration.ofSeconds(60))
        .build();
  }

  private static Digest digest(HttpClient client, Edge edge, int door, String path)
      throws IOException, InterruptedException {
    return hash(
        client.send(request(edge, door, path), HttpResponse.BodyHandlers.ofInputStream()).body());
  }

  /** Cuts the files of all cells, and says how many there were. */
  private int cutCells(long length) throws IOException {
    int count = 0;
    try (Stream<Path> files = Files.list(directory.resolve("data/db"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".sst")).toList()) {
        if (Files.size(file) > length) {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
            count++;
          }
        }
      }
    }
    return count;
  }

  /** Empty when the body broke off, as it may. */
  private static Optional<Digest> hashIfWhole(InputStream from) {
    try {
      return Optional.of(hash(from));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static Digest hash(InputStream from) throws IOException {
    MessageDigest hash = Digest.Algorithm.SHA256.hasher();
    try (InputStream body = from) {
      byte[] buffer = new byte[64 << 10];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        hash.update(buffer, 0, count);
      }
    }
    return Digest.of(Digest.Algorithm.SHA256, hash.digest());
  }
}
