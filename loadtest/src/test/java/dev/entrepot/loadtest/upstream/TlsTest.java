package dev.entrepot.loadtest.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path directory;
  private ScriptedRegistry registry;
  private SSLContext context;
  private Descriptor blob;

  @BeforeEach
  void start() throws Exception {
    context = context(keyStore(directory.resolve("keys.p12")));
    registry = ScriptedRegistry.startTls(Settings.defaults(), Auth.open(), context);
    blob = registry.contents().generatedBlob("a", 100_000, 1);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void a_blob_comes_over_tls_through_a_redirect() throws Exception {
    registry.storage().redirectBlobs();
    HttpResponse<byte[]> answer = get(context);
    assertThat(answer.uri().getScheme()).isEqualTo("https");
    assertThat(answer.body()).isEqualTo(Bytes.generated(100_000, 1).toArray());
  }

  @Test
  void a_stall_and_a_release_work_over_tls() throws Exception {
    Hold hold = new Hold();
    registry.faults().on(Match.blob(blob.digest()), Fault.stallAfter(1000, hold));
    registry
        .faults()
        .on(Match.any(), Fault.before(() -> Thread.ofVirtual().start(() -> free(hold))));
    assertThat(get(context).body()).isEqualTo(Bytes.generated(100_000, 1).toArray());
  }

  @Test
  void a_reset_breaks_the_transfer_over_tls() {
    registry.faults().on(Match.blob(blob.digest()), Fault.resetAfter(1000));
    assertThatThrownBy(() -> get(context)).isInstanceOf(IOException.class);
  }

  @Test
  void who_does_not_trust_the_certificate_gets_nothing() throws Exception {
    SSLContext stranger = SSLContext.getDefault();
    assertThatThrownBy(() -> get(stranger)).isInstanceOf(SSLHandshakeException.class);
    assertThat(registry.journal().entries()).isEmpty();
  }

  private static void free(Hold hold) {
    hold.awaitArrivals(1, Duration.ofSeconds(10));
    hold.release();
  }

  private HttpResponse<byte[]> get(SSLContext trust) throws Exception {
    URI uri = registry.uri().resolve("/v2/a/blobs/" + blob.digest());
    try (HttpClient client =
        HttpClient.newBuilder()
            .sslContext(trust)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
      return client.send(request, BodyHandlers.ofByteArray());
    }
  }

  private static SSLContext context(KeyStore keys) throws Exception {
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  /** The JDK makes certificates with its tool only. */
  private static KeyStore keyStore(Path file) throws Exception {
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                tool,
                "-genkeypair",
                "-alias",
                "fake",
                "-keyalg",
                "EC",
                "-dname",
                "CN=fake",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }
}
