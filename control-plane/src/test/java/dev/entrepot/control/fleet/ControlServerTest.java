package dev.entrepot.control.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.wire.Enrolment;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the door answers to whom. */
final class ControlServerTest {
  @TempDir Path folder;

  @Test
  void a_stranger_may_ask_for_tokens_keys_and_to_join_and_for_nothing_else() throws Exception {
    try (FleetFixture fleet = fleet(FleetFixture.LIMITS);
        HttpClient stranger = fleet.client(fleet.authority.client())) {
      assertThat(get(fleet, stranger, "/token?service=x").body())
          .isEqualTo("GET service=x from 127.0.0.1");
      assertThat(get(fleet, stranger, "/v1/keys").body())
          .contains(fleet.keys.list().get(1).id())
          .contains("\"alg\":\"RS256\"")
          .doesNotContain("\"d\"");
      assertThat(post(fleet, stranger, Enrolment.JOIN, "{}").body())
          .contains("\"got\":\"{}\"", "\"from\":\"127.0.0.1\"");
      assertThat(post(fleet, stranger, Enrolment.RENEW, "{}").statusCode()).isEqualTo(401);
      assertThat(get(fleet, stranger, Enrolment.SNAPSHOTS).statusCode()).isEqualTo(401);
      assertThat(get(fleet, stranger, "/v1/status").statusCode()).isEqualTo(404);
      assertThat(get(fleet, stranger, Enrolment.JOIN).statusCode()).isEqualTo(405);
    }
  }

  @Test
  void only_a_current_node_hears_snapshots() throws Exception {
    try (FleetFixture fleet = fleet(FleetFixture.LIMITS)) {
      TestAuthority.Identity other = fleet.authority.issue("edge-7", 7);
      try (HttpClient removed = fleet.client(fleet.authority.client(other))) {
        HttpResponse<String> answer = get(fleet, removed, Enrolment.SNAPSHOTS);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("no node's of this installation now; join again");
      }
      fleet.serials.add(8L);
      TestAuthority.Identity old = fleet.authority.expired("edge-8", 8);
      try (HttpClient expired = fleet.client(fleet.authority.client(old))) {
        HttpResponse<String> answer = get(fleet, expired, Enrolment.SNAPSHOTS);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("this certificate ended at", "renew it");
        Instant said =
            Instant.from(
                DateTimeFormatter.RFC_1123_DATE_TIME.parse(
                    answer.headers().firstValue("Date").orElseThrow()));
        assertThat(said)
            .as("so that an edge sees whose clock is off")
            .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        assertThat(post(fleet, expired, Enrolment.RENEW, "{}").body()).contains("CN=edge-8");
      }
    }
  }

  @Test
  void a_body_without_end_is_cut() throws Exception {
    try (FleetFixture fleet = fleet(FleetFixture.LIMITS);
        HttpClient client = fleet.client(fleet.authority.client())) {
      assertThat(post(fleet, client, Enrolment.JOIN, "x".repeat(4_097)).statusCode())
          .isEqualTo(413);
      assertThat(post(fleet, client, Enrolment.JOIN, "x".repeat(4_096)).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void bodies_that_do_not_end_take_only_so_much_memory() throws Exception {
    try (FleetFixture fleet = fleet(FleetFixture.LIMITS);
        HttpClient client = fleet.client(fleet.authority.client())) {
      String begun = "POST /v1/join HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{";
      List<SSLSocket> held = new ArrayList<>();
      for (int i = 0; i < FleetFixture.BODIES; i++) {
        held.add(socket(fleet));
        held.getLast().getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
      }
      await(() -> fleet.bodies.unfinished() == FleetFixture.BODIES * 4_096L);
      HttpResponse<String> refused = post(fleet, client, Enrolment.JOIN, "{}");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      for (SSLSocket socket : held) {
        socket.close();
      }
      await(() -> fleet.bodies.unfinished() == 0);
      assertThat(post(fleet, client, Enrolment.JOIN, "{}").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_request_that_never_ends_is_hung_up_on() throws Exception {
    ControlSettings.Limits hasty =
        new ControlSettings.Limits(10, 10, 4_096, Duration.ofMillis(300));
    try (FleetFixture fleet = fleet(hasty)) {
      for (String begun :
          new String[] {
            "", "POST /v1/join HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{", "POST /v1/jo"
          }) {
        try (SSLSocket socket = socket(fleet)) {
          socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
          assertThat(readsToTheEnd(socket)).isTrue();
        }
      }
    }
  }

  /** The limit of a request is far off here: whatever is kept until then would be seen. */
  @Test
  void nothing_is_kept_of_a_request_that_has_ended() throws Exception {
    ControlSettings.Limits patient =
        new ControlSettings.Limits(10, 10, 4_096, Duration.ofMinutes(10));
    try (FleetFixture fleet = fleet(patient);
        SSLSocket socket = socket(fleet);
        HttpClient modern = HttpClient.newBuilder().sslContext(fleet.authority.client()).build()) {
      for (int i = 0; i < 200; i++) {
        assertThat(answers(socket)).isTrue();
        assertThat(post(fleet, modern, Enrolment.JOIN, "{}").statusCode()).isEqualTo(200);
      }
      await(() -> fleet.server.unfinishedRequests() == 0);
      try (SSLSocket leaves = socket(fleet)) {
        String begun = "POST /v1/join HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{";
        leaves.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
        await(() -> fleet.server.unfinishedRequests() == 1);
      }
      await(() -> fleet.server.unfinishedRequests() == 0);
    }
  }

  @Test
  void one_address_has_no_more_connections_than_allowed() throws Exception {
    ControlSettings.Limits few = new ControlSettings.Limits(10, 2, 4_096, Duration.ofSeconds(30));
    try (FleetFixture fleet = fleet(few);
        SSLSocket first = socket(fleet);
        SSLSocket second = socket(fleet)) {
      assertThat(answers(first)).isTrue();
      assertThat(answers(second)).isTrue();
      try (SSLSocket third = unshaken(fleet)) {
        assertThat(readsToTheEnd(third)).isTrue();
      }
      assertThat(answers(first)).isTrue();
    }
  }

  @Test
  void connections_that_never_say_a_word_count_like_others() throws Exception {
    ControlSettings.Limits few = new ControlSettings.Limits(10, 2, 4_096, Duration.ofSeconds(30));
    try (FleetFixture fleet = fleet(few)) {
      try (Socket first = new Socket(InetAddress.getLoopbackAddress(), fleet.port);
          Socket second = new Socket(InetAddress.getLoopbackAddress(), fleet.port);
          SSLSocket third = unshaken(fleet)) {
        assertThat(List.of(first, second)).allMatch(Socket::isConnected);
        assertThatThrownBy(third::startHandshake).isInstanceOf(IOException.class);
        assertThat(fleet.server.connections()).isEqualTo(2);
      }
      await(() -> fleet.server.connections() == 0);
      try (SSLSocket next = socket(fleet)) {
        assertThat(answers(next)).isTrue();
      }
    }
  }

  @Test
  void connections_that_never_say_a_word_are_hung_up_on() throws Exception {
    ControlSettings.Limits brief = new ControlSettings.Limits(10, 9, 4_096, Duration.ofSeconds(1));
    try (FleetFixture fleet = fleet(brief);
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), fleet.port)) {
      silent.setSoTimeout(20_000);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      await(() -> fleet.server.connections() == 0);
    }
  }

  @Test
  void a_new_certificate_is_shown_to_new_connections_and_old_ones_stay() throws Exception {
    try (FleetFixture fleet = fleet(FleetFixture.LIMITS);
        SSLSocket before = socket(fleet)) {
      FleetFixture.await(fleet.server.update(fleet.authority.server()));
      try (SSLSocket after = socket(fleet)) {
        assertThat(after.getSession().getPeerCertificates()[0])
            .isNotEqualTo(before.getSession().getPeerCertificates()[0]);
        assertThat(answers(after)).isTrue();
      }
      assertThat(answers(before)).isTrue();
    }
  }

  @Test
  void old_tls_gets_nothing() throws Exception {
    try (FleetFixture fleet = fleet(FleetFixture.LIMITS)) {
      assertThatThrownBy(
              () -> {
                try (SSLSocket socket = unshaken(fleet)) {
                  socket.setEnabledProtocols(new String[] {"TLSv1.1"});
                  socket.startHandshake();
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  private FleetFixture fleet(ControlSettings.Limits limits) throws Exception {
    return new FleetFixture(folder, limits, StreamRules.STANDARD);
  }

  private static HttpResponse<String> get(FleetFixture fleet, HttpClient client, String path)
      throws IOException, InterruptedException {
    return client.send(fleet.ask(path).build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(
      FleetFixture fleet, HttpClient client, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request = fleet.ask(path).POST(BodyPublishers.ofString(body)).build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static SSLSocket socket(FleetFixture fleet) throws Exception {
    SSLSocket socket = unshaken(fleet);
    socket.startHandshake();
    return socket;
  }

  private static SSLSocket unshaken(FleetFixture fleet) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            fleet.authority.client().getSocketFactory().createSocket("127.0.0.1", fleet.port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static boolean answers(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET /none HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      text.append((char) c);
      if (text.indexOf("at this address\"}") > 0) {
        return text.toString().startsWith("HTTP/1.1 404");
      }
    }
    return false;
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("still waiting").isNegative();
      Thread.onSpinWait();
    }
  }

  private static boolean readsToTheEnd(SSLSocket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // a reset is an end too
    }
  }
}
