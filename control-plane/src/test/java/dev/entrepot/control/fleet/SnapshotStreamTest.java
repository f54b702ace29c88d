package dev.entrepot.control.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.wire.Enrolment;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Edges that listen, over real TLS. */
@Timeout(60)
final class SnapshotStreamTest {
  private static final StreamRules QUICK =
      new StreamRules(Duration.ofMillis(100), Duration.ofMillis(500), 4, 2);

  @TempDir Path folder;
  private FleetFixture fleet;

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void an_edge_hears_the_current_snapshot_then_each_new_one_at_once() throws Exception {
    fleet = new FleetFixture(folder, FleetFixture.LIMITS, StreamRules.STANDARD);
    try (Listening edge = listen(fleet.node(7))) {
      Snapshot first = edge.snapshot();
      assertThat(first).isEqualTo(fleet.snapshots.current().snapshot());
      fleet.revocations.token("gone");
      long begun = System.nanoTime();
      fleet.snapshots.refresh();
      Snapshot second = edge.snapshot();
      assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(5).toNanos());
      assertThat(second.revocations().tokens()).containsOnlyKeys("gone");
      assertThat(second.version()).isGreaterThan(first.version());
      assertThat(fleet.server.listeningEdges()).isEqualTo(1);
    }
  }

  @Test
  void an_empty_line_says_still_current() throws Exception {
    fleet = new FleetFixture(folder, FleetFixture.LIMITS, QUICK);
    try (Listening edge = listen(fleet.node(7))) {
      edge.snapshot();
      assertThat(edge.lines().readLine()).isEmpty();
      assertThat(edge.lines().readLine()).isEmpty();
    }
  }

  /** The limits of requests and idle connections are not for streams. */
  @Test
  void a_stream_outlives_the_limit_of_requests() throws Exception {
    fleet =
        new FleetFixture(
            folder, new ControlSettings.Limits(10, 10, 4_096, Duration.ofMillis(300)), QUICK);
    try (Listening edge = listen(fleet.node(7))) {
      edge.snapshot();
      for (int beat = 0; beat < 10; beat++) {
        assertThat(edge.lines().readLine()).isEmpty();
      }
    }
  }

  @Test
  void a_removed_node_is_cut_off_at_once() throws Exception {
    fleet = new FleetFixture(folder, FleetFixture.LIMITS, StreamRules.STANDARD);
    try (Listening gone = listen(fleet.node(7));
        Listening stays = listen(fleet.node(8))) {
      gone.snapshot();
      stays.snapshot();
      fleet.serials.remove(7L);
      fleet.revocations.all();
      fleet.snapshots.refresh();
      assertThat(stays.snapshot().revocations().before()).isPresent();
      assertThatThrownBy(gone::snapshot).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_third_stream_of_one_node_ends_the_oldest() throws Exception {
    fleet = new FleetFixture(folder, FleetFixture.LIMITS, QUICK);
    TestAuthority.Identity node = fleet.node(7);
    try (Listening first = listen(node);
        Listening second = listen(node)) {
      first.snapshot();
      second.snapshot();
      try (Listening third = listen(node)) {
        third.snapshot();
        assertThatThrownBy(first::snapshot).isInstanceOf(IOException.class);
        fleet.revocations.all();
        fleet.snapshots.refresh();
        assertThat(second.snapshot()).isEqualTo(third.snapshot());
      }
    }
  }

  @Test
  void an_edge_that_does_not_read_is_dropped_and_disturbs_nobody() throws Exception {
    fleet = new FleetFixture(folder, FleetFixture.LIMITS, QUICK);
    for (int i = 0; i < 2_000; i++) {
      fleet.revocations.subject("s".repeat(200) + i);
    }
    fleet.snapshots.refresh();
    try (Socket plain = new Socket();
        SSLSocket deaf = deaf(plain);
        Listening edge = listen(fleet.node(8))) {
      edge.snapshot();
      for (int i = 0; fleet.server.droppedEdges() == 0; i++) {
        fleet.revocations.token("t" + i);
        fleet.snapshots.refresh();
        assertThat(edge.snapshot().revocations().tokens()).containsKey("t" + i);
      }
      while (fleet.server.connections() > 1) {
        edge.lines().readLine(); // a beat
      }
      assertThat(fleet.server.droppedEdges()).isEqualTo(1);
      assertThat(fleet.server.listeningEdges()).isEqualTo(1);
      assertThat(deaf.isClosed()).isFalse(); // nobody closed it on this side
    }
  }

  @Test
  void a_restart_ends_streams_in_good_order() throws Exception {
    fleet = new FleetFixture(folder, FleetFixture.LIMITS, StreamRules.STANDARD);
    try (Listening edge = listen(fleet.node(7))) {
      edge.snapshot();
      FleetFixture.await(fleet.server.drain(Duration.ofSeconds(5)));
      assertThat(edge.lines().readLine()).isNull();
    }
  }

  private SSLSocket deaf(Socket plain) throws Exception {
    plain.setReceiveBufferSize(4_096);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), fleet.port));
    SSLSocket socket =
        (SSLSocket)
            fleet
                .authority
                .client(fleet.node(7))
                .getSocketFactory()
                .createSocket(plain, "127.0.0.1", fleet.port, false);
    String request = "GET " + Enrolment.SNAPSHOTS + " HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private Listening listen(TestAuthority.Identity node) throws Exception {
    HttpClient client = fleet.client(fleet.authority.client(node));
    InputStream body =
        client.send(fleet.ask(Enrolment.SNAPSHOTS).build(), BodyHandlers.ofInputStream()).body();
    return new Listening(
        client, body, new BufferedReader(new InputStreamReader(body, StandardCharsets.US_ASCII)));
  }

  private final class Listening implements AutoCloseable {
    private final HttpClient client;
    private final InputStream body;
    private final BufferedReader lines;

    Listening(HttpClient client, InputStream body, BufferedReader lines) {
      this.client = client;
      this.body = body;
      this.lines = lines;
    }

    BufferedReader lines() {
      return lines;
    }

    Snapshot snapshot() throws Exception {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty()) {
          return SnapshotCodec.read(line, fleet.installation.snapshotKey());
        }
      }
      throw new IOException("the stream ended");
    }

    @Override
    public void close() throws IOException {
      body.close();
      client.shutdownNow();
    }
  }
}
