package dev.entrepot.edge.policy.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.common.wire.Enrolment;
import dev.entrepot.edge.TestAuthority;
import dev.entrepot.edge.policy.Warnings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a control plane says at the stream's beginning, over real TLS. */
class ControlClientTest {
  private final Vertx vertx = Vertx.vertx();
  private volatile Consumer<HttpServerResponse> script = HttpServerResponse::end;
  private Path ca = Path.of("");
  private URI url = URI.create("https://127.0.0.1");

  @BeforeEach
  void open(@TempDir Path folder) throws Exception {
    TestAuthority authority = new TestAuthority();
    authority.issue(folder, "control", Duration.ofDays(1));
    ca = Files.writeString(folder.resolve("ca.crt"), authority.pem());
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .setKeyPath(folder.resolve("control.key").toString())
                            .setCertPath(folder.resolve("control.crt").toString())))
            .requestHandler(request -> script.accept(request.response()))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    url = URI.create("https://127.0.0.1:" + server.actualPort());
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void a_refusal_is_told_in_the_control_planes_own_words() {
    script =
        it ->
            it.setStatusCode(403)
                .end("{\"error\":\"this certificate is no node's now; join again\"}");
    assertThatThrownBy(() -> listen(new ClockWatch(InstantSource.system())))
        .isInstanceOf(Refusal.class)
        .hasMessageEndingWith("says: this certificate is no node's now; join again");
  }

  @Test
  void a_name_that_nobody_knows_is_said_to_be_unknown() {
    url = URI.create("https://control.invalid:5002");
    assertThatThrownBy(() -> listen(new ClockWatch(InstantSource.system())))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the name control.invalid is unknown here: correct the URL");
  }

  @Test
  void a_refusal_without_words_is_told_by_its_status() {
    for (String body : new String[] {"", "<html>", "{\"error\":1}", "x".repeat(1 << 20)}) {
      script = it -> it.setStatusCode(502).end(body);
      assertThatThrownBy(() -> listen(new ClockWatch(InstantSource.system())))
          .isInstanceOf(Refusal.class);
    }
    script = it -> it.setStatusCode(502).end("<html>");
    assertThatThrownBy(() -> listen(new ClockWatch(InstantSource.system())))
        .hasMessageContaining("status 502");
  }

  @Test
  void clocks_that_differ_are_told_once_until_the_difference_changes() {
    script = it -> it.putHeader("Date", date(Instant.now())).end();
    Duration[] wrong = {Duration.ofDays(-1)};
    ClockWatch clocks = new ClockWatch(() -> Instant.now().plus(wrong[0]));
    try (Warnings warnings = new Warnings(ClockWatch.class)) {
      listen(clocks);
      listen(clocks);
      assertThat(warnings.said()).singleElement().asString().contains("set the clock right");
      wrong[0] = Duration.ofHours(2);
      listen(clocks);
      assertThat(warnings.said()).hasSize(2);
      wrong[0] = Duration.ofSeconds(30);
      listen(clocks);
      assertThat(warnings.said()).hasSize(2);
    }
  }

  @Test
  void a_date_that_is_missing_or_none_says_nothing_about_the_clock() {
    ClockWatch clocks = new ClockWatch(() -> Instant.EPOCH);
    try (Warnings warnings = new Warnings(ClockWatch.class)) {
      listen(clocks);
      script = it -> it.putHeader("Date", "yesterday").end();
      listen(clocks);
      assertThat(warnings.said()).isEmpty();
    }
  }

  private void listen(ClockWatch clocks) {
    new ControlClient(
            url,
            new ServerTrust(PemPair.certificates(ca), Optional.empty(), InstantSource.system()),
            Optional.empty())
        .open(Enrolment.SNAPSHOTS, clocks)
        .close();
  }

  private static String date(Instant at) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atOffset(ZoneOffset.UTC));
  }
}
