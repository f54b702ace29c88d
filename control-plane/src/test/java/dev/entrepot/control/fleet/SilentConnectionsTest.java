package dev.entrepot.control.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.net.IpAddresses;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody holds a connection by shaking hands and saying no more, or saying it slowly. */
@Timeout(60)
final class SilentConnectionsTest {
  private static final ControlSettings.Limits BRIEF =
      new ControlSettings.Limits(10, 2, 4_096, Duration.ofSeconds(1));
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", "PRI * HTTP/2", PREFACE})
  void http2_that_never_begins_is_hung_up_on(String begun) throws Exception {
    try (FleetFixture fleet = fleet();
        SSLSocket silent = http2(fleet)) {
      assertThat(fleet.server.connections()).isEqualTo(1);
      silent.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
      assertThat(SlowClients.ends(silent)).isTrue();
      await(() -> fleet.server.connections() == 0);
    }
  }

  @Test
  void a_preface_that_drips_is_cut() throws Exception {
    AtomicInteger said = new AtomicInteger();
    try (FleetFixture fleet = fleet();
        SSLSocket dripping = http2(fleet);
        ScheduledExecutorService drips = Executors.newSingleThreadScheduledExecutor()) {
      var _ =
          drips.scheduleAtFixedRate(
              () -> SlowClients.drip(dripping, PREFACE, said.getAndIncrement()),
              0,
              250,
              TimeUnit.MILLISECONDS);
      assertThat(SlowClients.ends(dripping)).isTrue();
      assertThat(said).hasValueLessThan(PREFACE.length());
      drips.shutdownNow();
      await(() -> fleet.server.connections() == 0);
    }
  }

  @Test
  void http2_that_has_begun_stays() throws Exception {
    try (FleetFixture fleet = fleet();
        HttpClient modern = HttpClient.newBuilder().sslContext(fleet.authority.client()).build()) {
      assertThat(modern.send(fleet.ask("/none").build(), BodyHandlers.ofString()).version())
          .isEqualTo(HttpClient.Version.HTTP_2);
      try (SSLSocket younger = http2(fleet)) {
        assertThat(SlowClients.ends(younger)).isTrue();
      }
      await(() -> fleet.server.connections() == 1);
      assertThat(modern.send(fleet.ask("/none").build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  void all_addresses_of_a_subscriber_count_together() {
    Gate gate = new Gate(BRIEF);
    EmbeddedChannel listening = new EmbeddedChannel(gate);
    EmbeddedChannel first = from("2001:db8::1");
    EmbeddedChannel second = from("2001:db8::2");
    EmbeddedChannel third = from("2001:db8::3");
    EmbeddedChannel neighbour = from("2001:db8:0:1::1");
    listening.writeInbound(first, second, third, neighbour);
    assertThat(third.isOpen()).isFalse();
    assertThat(first.isOpen() && second.isOpen() && neighbour.isOpen()).isTrue();
    var _ = first.close();
    EmbeddedChannel fourth = from("2001:db8::4");
    listening.writeInbound(fourth);
    assertThat(fourth.isOpen()).isTrue();
    assertThat(gate.count()).isEqualTo(3);
  }

  private FleetFixture fleet() throws Exception {
    return new FleetFixture(folder, BRIEF, StreamRules.STANDARD);
  }

  private static EmbeddedChannel from(String literal) {
    SocketAddress client = new InetSocketAddress(IpAddresses.parse(literal).orElseThrow(), 1);
    return new EmbeddedChannel() {
      @Override
      protected SocketAddress remoteAddress0() {
        return client;
      }
    };
  }

  private static SSLSocket http2(FleetFixture fleet) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            fleet.authority.client().getSocketFactory().createSocket("127.0.0.1", fleet.port);
    socket.setSoTimeout(20_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    return socket;
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("still waiting").isNegative();
      Thread.onSpinWait();
    }
  }
}
