package dev.entrepot.control.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.ListenAddress;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Monitoring's door is open to the network: nobody may fill it. */
@Timeout(60)
final class ControlObserveTest {
  private static final Duration BRIEF = Duration.ofSeconds(1);
  private static final Duration PATIENT = Duration.ofMinutes(1);
  private static final String BEGUN = "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: and so on\r\n";

  private final Vertx vertx = Vertx.vertx();
  private int port;

  @AfterEach
  void close() {
    FleetFixture.await(vertx.close());
  }

  @Test
  void one_address_has_few_connections_and_others_are_answered_meanwhile() throws Exception {
    open(PATIENT);
    try (Socket first = from("127.0.0.1");
        Socket second = from("127.0.0.1");
        Socket third = from("127.0.0.1");
        Socket last = from("127.0.0.1");
        Socket other = from("127.0.0.2")) {
      assertThat(SlowClients.ends(last)).isTrue();
      assertThat(answers(other)).isTrue();
      assertThat(List.of(answers(first), answers(second), answers(third))).containsOnly(true);
    }
  }

  @Test
  void all_together_have_few_connections() throws Exception {
    open(PATIENT);
    try (Socket a = from("127.0.0.1");
        Socket b = from("127.0.0.1");
        Socket c = from("127.0.0.2");
        Socket d = from("127.0.0.2");
        Socket e = from("127.0.0.3");
        Socket f = from("127.0.0.3");
        Socket last = from("127.0.0.4")) {
      assertThat(SlowClients.ends(last)).isTrue();
      for (Socket earlier : List.of(a, b, c, d, e, f)) {
        assertThat(answers(earlier)).isTrue();
      }
    }
  }

  @Test
  void a_request_that_drips_is_cut_and_a_connection_that_asks_stays() throws Exception {
    open(BRIEF);
    AtomicInteger said = new AtomicInteger();
    try (Socket scraper = from("127.0.0.1");
        Socket dripping = from("127.0.0.1");
        ScheduledExecutorService drips = Executors.newSingleThreadScheduledExecutor()) {
      assertThat(answers(scraper)).isTrue();
      var _ =
          drips.scheduleAtFixedRate(
              () -> SlowClients.drip(dripping, BEGUN, said.getAndIncrement()),
              0,
              250,
              TimeUnit.MILLISECONDS);
      assertThat(SlowClients.ends(dripping)).isTrue();
      assertThat(said).hasValueLessThan(BEGUN.length());
      drips.shutdownNow();
      assertThat(answers(scraper)).isTrue();
    }
  }

  @Test
  void a_body_that_never_ends_is_cut() throws Exception {
    open(BRIEF);
    try (Socket socket = from("127.0.0.1")) {
      String begun = "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{";
      socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
      assertThat(SlowClients.ends(socket)).isTrue();
    }
  }

  /** Within so long a request must be complete. */
  private void open(Duration request) {
    ControlSettings.Limits few = new ControlSettings.Limits(6, 3, 0, request);
    ControlObserve door = new ControlObserve(vertx, few, List::of, () -> "up 1\n");
    port = FleetFixture.await(door.listen(ListenAddress.parse("127.0.0.1:0")));
  }

  private Socket from(String address) throws IOException {
    InetAddress door = InetAddress.ofLiteral("127.0.0.1");
    Socket socket = new Socket(door, port, InetAddress.ofLiteral(address), 0);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static boolean answers(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      text.append((char) c);
      if (text.indexOf("\"ready\"") > 0 && text.charAt(text.length() - 1) == '}') {
        return text.toString().startsWith("HTTP/1.1 200");
      }
    }
    return false;
  }
}
