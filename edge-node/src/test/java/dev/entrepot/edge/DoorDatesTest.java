package dev.entrepot.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.Refusal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Doors whose certificates are not valid, or no longer. */
final class DoorDatesTest {
  private static final Duration RELOAD = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final TestAuthority authority = new TestAuthority();
  private final Logger logger = (Logger) LoggerFactory.getLogger(DoorCertificates.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
  }

  @Test
  void an_edge_starts_with_a_certificate_that_has_ended_and_takes_up_the_next_one()
      throws Exception {
    authority.issue(directory, "edge", Duration.ofDays(-1));
    try (Edge edge = start()) {
      assertThat(status("http", edge.doors().getFirst().port())).isEqualTo(200);
      X509Certificate ended = shown(edge);
      assertThat(ended.getNotAfter()).isInThePast();
      assertThatThrownBy(() -> status("https", edge.doors().getLast().port()))
          .isInstanceOf(SSLHandshakeException.class);

      authority.issue(directory, "next", Duration.ofDays(20));
      move("next");
      await(edge, ended);

      assertThat(status("https", edge.doors().getLast().port())).isEqualTo(200);
      assertThat(warnings())
          .singleElement()
          .asString()
          .contains(
              "edge.crt ended at " + ended.getNotAfter().toInstant(),
              "renew it",
              "read again when it changes");
    }
  }

  @Test
  void an_edge_starts_with_a_certificate_that_is_yet_to_begin() throws Exception {
    authority.issue(directory, "edge", Duration.ofDays(100));
    try (Edge edge = start()) {
      assertThat(status("http", edge.doors().getFirst().port())).isEqualTo(200);
      assertThat(shown(edge).getNotBefore()).isInTheFuture();
      assertThat(warnings()).singleElement().asString().contains("clock");
    }
  }

  @Test
  void one_that_has_ended_does_not_replace_one_that_is_valid() throws Exception {
    authority.issue(directory, "edge", Duration.ofDays(20));
    try (Edge edge = start()) {
      X509Certificate valid = shown(edge);
      authority.issue(directory, "ended", Duration.ofDays(-1));
      move("ended");
      awaitWarning("edge.crt ended at");
      assertThat(shown(edge)).isEqualTo(valid);

      authority.issue(directory, "next", Duration.ofDays(20));
      move("next");
      await(edge, valid);
    }
  }

  @Test
  void files_that_are_no_pair_are_a_mistake_and_refuse_the_start() throws Exception {
    authority.issue(directory, "edge", Duration.ofDays(20));
    authority.issue(directory, "other", Duration.ofDays(20));
    Files.move(
        directory.resolve("other.key"),
        directory.resolve("edge.key"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> start().close())
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is not the key");

    Files.writeString(directory.resolve("edge.crt"), "rubbish");
    assertThatThrownBy(() -> start().close())
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("holds no certificate");

    Files.delete(directory.resolve("edge.crt"));
    assertThatThrownBy(() -> start().close())
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("cannot read");
  }

  private Edge start() throws IOException {
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
        """);
    return switch (EdgeSettings.read(Optional.of(file), Map.of())) {
      case EdgeSettings.Result.Ok(EdgeSettings settings) -> Edge.start(settings);
      case EdgeSettings.Result.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  private void move(String name) throws IOException {
    for (String kind : new String[] {".key", ".crt"}) {
      Files.move(
          directory.resolve(name + kind),
          directory.resolve("edge" + kind),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private int status(String scheme, int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(authority.trust()).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + port + "/v2/")).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private static void await(Edge edge, X509Certificate before) throws Exception {
    long end = System.nanoTime() + RELOAD.toNanos();
    while (shown(edge).equals(before)) {
      assertThat(System.nanoTime()).as("the new certificate is shown").isLessThan(end);
    }
  }

  private void awaitWarning(String part) {
    long end = System.nanoTime() + RELOAD.toNanos();
    while (warnings().stream().noneMatch(it -> it.contains(part))) {
      assertThat(System.nanoTime()).as("a warning of " + part).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  /** What was said of these files, but for two that did not fit while they were moved. */
  private List<String> warnings() {
    return List.copyOf(log.list).stream()
        .filter(it -> it.getLevel().equals(ch.qos.logback.classic.Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .filter(it -> !it.contains("is not the key of"))
        .toList();
  }

  /** What the TLS door shows to whoever looks, valid or not. */
  private static X509Certificate shown(Edge edge) throws Exception {
    SSLContext any = SSLContext.getInstance("TLS");
    any.init(null, new TrustManager[] {new Anyone()}, null);
    try (SSLSocket socket =
        (SSLSocket)
            any.getSocketFactory().createSocket("127.0.0.1", edge.doors().getLast().port())) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  /** Looks at certificates and refuses none. */
  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
