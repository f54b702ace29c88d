package dev.entrepot.loadtest.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults on an answer's way, and of the listeners. */
final class DeliveryTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int SIZE = 1_000_000;

  private final ScriptedRegistry registry = ScriptedRegistry.start();
  private final Client client = new Client(registry);
  private final Journal journal = registry.journal();
  private final Descriptor blob = registry.contents().generatedBlob("a", SIZE, 1);
  private final byte[] content = Bytes.generated(SIZE, 1).toArray();
  private final String path = "/v2/a/blobs/" + blob.digest();
  private final String ask = "GET " + path + " HTTP/1.1\r\nHost: x";
  private final Match theBlob = Match.blob(blob.digest());

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  @Test
  void an_answer_is_delayed_as_long_as_said() {
    registry.faults().on(theBlob, Fault.delay(Duration.ofMillis(300)));
    long start = System.nanoTime();
    assertThat(client.get(path).body()).isEqualTo(content);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  void healing_ends_a_delay() {
    registry.faults().on(theBlob, Fault.delay(Duration.ofMinutes(1)));
    CompletableFuture<byte[]> pull = CompletableFuture.supplyAsync(() -> client.get(path).body());
    journal.awaitCount(entry -> entry.kind() == Kind.BLOB, 1, SOON);
    registry.heal();
    assertThat(pull).succeedsWithin(SOON).isEqualTo(content);
  }

  @Test
  void a_stall_sends_exactly_so_much_until_it_is_released() throws Exception {
    Hold hold = new Hold();
    registry.faults().on(theBlob, Fault.stallAfter(123_456, hold));
    try (InputStream body = client.open(path).body()) {
      assertThat(body.readNBytes(123_456)).isEqualTo(Arrays.copyOf(content, 123_456));
      hold.awaitArrivals(1, SOON);
      assertThat(journal.bodyBytes(blob.digest())).isEqualTo(123_456);
      assertThat(journal.entries().getLast().end()).isEmpty();
      hold.release();
      assertThat(body.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 123_456, SIZE));
    }
  }

  @Test
  void healing_ends_a_stall() {
    registry.faults().on(theBlob, Fault.stallAfter(0, new Hold()));
    CompletableFuture<byte[]> pull = CompletableFuture.supplyAsync(() -> client.get(path).body());
    journal.awaitCount(entry -> entry.status() == 200, 1, SOON);
    registry.heal();
    assertThat(pull).succeedsWithin(SOON).isEqualTo(content);
  }

  @Test
  void a_client_that_leaves_a_stall_is_noticed() throws Exception {
    Hold hold = new Hold();
    registry.faults().on(theBlob, Fault.stallAfter(10, hold));
    try (Socket socket = client.socket(ask)) {
      hold.awaitArrivals(1, SOON);
      assertThat(socket.isConnected()).isTrue();
    }
    journal.awaitQuiet(SOON);
    assertThat(journal.entries().getLast().isComplete()).isFalse();
    assertThat(Await.holds(() -> registry.openConnections(Side.REGISTRY) == 0, SOON)).isTrue();
  }

  @Test
  void a_reset_is_a_reset() throws Exception {
    registry.faults().on(theBlob, Fault.resetAfter(5000));
    try (Socket socket = client.socket(ask)) {
      assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
          .isInstanceOf(SocketException.class);
    }
    assertThat(journal.bodyBytes(blob.digest())).isEqualTo(5000);
  }

  @Test
  void a_tidy_close_comes_after_exactly_so_much() throws Exception {
    registry.faults().on(theBlob, Fault.closeAfter(70_000));
    byte[] answer = client.raw(ask);
    assertThat(head(answer)).contains("Content-Length: 1000000");
    assertThat(body(answer)).isEqualTo(Arrays.copyOf(content, 70_000));
  }

  @Test
  void a_body_that_ends_with_the_connection_can_be_cut_unnoticed() throws Exception {
    registry.faults().on(theBlob.nth(1), Fault.closeDelimited());
    registry.faults().on(theBlob.nth(2), Fault.closeDelimited(), Fault.closeAfter(400));
    assertThat(client.get(path).body()).isEqualTo(content);
    byte[] cut = client.raw(ask);
    assertThat(head(cut)).doesNotContain("Content-Length");
    assertThat(body(cut)).isEqualTo(Arrays.copyOf(content, 400));
  }

  @Test
  void a_body_can_come_in_chunks_and_lack_the_last() throws Exception {
    registry.faults().on(theBlob, Fault.chunked());
    registry.faults().on(theBlob.nth(2), Fault.closeAfter(400));
    assertThat(client.get(path).body()).isEqualTo(content);
    byte[] cut = client.raw(ask);
    assertThat(new String(body(cut), ISO_8859_1)).startsWith("190\r\n").doesNotContain("\r\n0\r\n");
  }

  @Test
  void an_empty_chunked_body_ends() {
    Descriptor empty = registry.contents().blob("a", new byte[0]);
    registry.faults().on(Match.any(), Fault.chunked());
    assertThat(client.get("/v2/a/blobs/" + empty.digest()).body()).isEmpty();
  }

  @Test
  void a_connection_can_end_before_the_answer() {
    registry.faults().on(theBlob.first(3), Fault.closeAtOnce());
    assertThatThrownBy(() -> client.get(path)).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void a_connection_can_be_reset_before_the_answer() throws Exception {
    registry.faults().on(theBlob, Fault.resetAtOnce());
    try (Socket socket = client.socket(ask)) {
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void silence_lasts_until_it_is_healed() throws Exception {
    registry.faults().on(theBlob, Fault.neverAnswer());
    try (Socket socket = client.socket(ask)) {
      journal.awaitCount(entry -> entry.kind() == Kind.BLOB, 1, SOON);
      assertThat(client.get("/v2/").statusCode()).isEqualTo(200);
      assertThat(socket.getInputStream().available()).isZero();
      registry.heal();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(client.get(path).statusCode()).isEqualTo(200);
  }

  @Test
  void a_drip_takes_its_time() {
    registry.faults().on(theBlob, Fault.drip(2_000_000));
    assertThat(timed(() -> client.get(path))).isBetween(400L, 5000L);
  }

  @Test
  void the_bandwidth_is_shared_by_all_connections() {
    registry.bandwidth(4_000_000);
    assertThat(timed(this::fourAtOnce)).isBetween(900L, 8000L);
  }

  @Test
  void the_bandwidth_of_one_connection_is_its_own() {
    registry.bandwidthPerConnection(4_000_000);
    assertThat(timed(() -> client.get(path))).isBetween(200L, 5000L);
  }

  @Test
  void healing_ends_a_slow_answer() {
    registry.bandwidth(1000);
    CompletableFuture<byte[]> pull = CompletableFuture.supplyAsync(() -> client.get(path).body());
    journal.awaitCount(entry -> entry.bodyBytes() > 0, 1, SOON);
    registry.heal();
    assertThat(pull).succeedsWithin(SOON).isEqualTo(content);
  }

  @Test
  void connections_are_refused_and_then_welcome_on_the_same_port() {
    int port = registry.port();
    registry.refuseConnections();
    assertThatThrownBy(() -> client.get(path)).hasCauseInstanceOf(ConnectException.class);
    registry.heal();
    assertThat(registry.port()).isEqualTo(port);
    assertThat(client.get(path).body()).isEqualTo(content);
  }

  @Test
  void going_down_breaks_what_is_under_way() throws Exception {
    Hold hold = new Hold();
    registry.faults().on(theBlob, Fault.stallAfter(10, hold));
    try (Socket socket = client.socket(ask)) {
      hold.awaitArrivals(1, SOON);
      registry.refuseConnections(Side.REGISTRY);
      assertThat(body(socket.getInputStream().readAllBytes())).hasSize(10);
    }
  }

  @Test
  void no_connection_outlives_its_lifetime() throws IOException {
    Settings brief = Settings.defaults().lifetime(Duration.ofMillis(200));
    try (ScriptedRegistry other = ScriptedRegistry.start(brief, Auth.open());
        Client impatient = new Client(other)) {
      other.faults().on(Match.any(), Fault.neverAnswer());
      assertThat(impatient.raw("GET /v2/ HTTP/1.1\r\nHost: x")).isEmpty();
    }
  }

  @Test
  void an_idle_connection_is_closed() throws IOException {
    Settings brief = Settings.defaults().idle(Duration.ofMillis(100));
    try (ScriptedRegistry other = ScriptedRegistry.start(brief, Auth.open());
        Client slow = new Client(other)) {
      assertThat(head(slow.raw("GET /v2/ HTTP/1.1\r\nHost: x"))).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void more_connections_than_set_are_reset() throws IOException {
    Settings few = Settings.defaults().connections(1);
    try (ScriptedRegistry other = ScriptedRegistry.start(few, Auth.open());
        Client first = new Client(other);
        Socket held = first.socket("GET /v2/ HTTP/1.1\r\nHost: x")) {
      assertThat(held.getInputStream().read()).isEqualTo('H');
      assertThatThrownBy(() -> first.raw("GET /v2/ HTTP/1.1\r\nHost: x"))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void the_journal_tells_what_was_asked_and_sent_twice() {
    client.get(path, "Range", "bytes=0-999");
    client.get(path, "Range", "bytes=500-1499");
    client.get(path, "Range", "bytes=1500-1999");
    client.head(path);
    Digest digest = blob.digest();
    assertThat(journal.bodyBytes(digest)).isEqualTo(2500);
    assertThat(journal.rangesAskedTwice(digest)).containsExactly(new ByteRange(500, 1000));
    assertThat(journal.rangesSentTwice(digest)).containsExactly(new ByteRange(500, 1000));
    assertThat(journal.countBy(Entry::method)).containsEntry("GET", 3L).containsEntry("HEAD", 1L);
  }

  @Test
  void a_resumed_blob_is_asked_twice_but_sent_once() throws Exception {
    registry.faults().on(theBlob.nth(1), Fault.closeAfter(400));
    client.raw(ask);
    client.get(path, "Range", "bytes=400-");
    assertThat(journal.rangesAskedTwice(blob.digest())).containsExactly(new ByteRange(400, SIZE));
    assertThat(journal.rangesSentTwice(blob.digest())).isEmpty();
    assertThat(journal.bodyBytes(blob.digest())).isEqualTo(SIZE);
  }

  @Test
  void a_journal_that_forgot_refuses_to_testify() {
    Settings brief = Settings.defaults().journalEntries(2);
    try (ScriptedRegistry other = ScriptedRegistry.start(brief, Auth.open());
        Client many = new Client(other)) {
      many.get("/v2/");
      many.get("/v2/");
      assertThat(other.journal().count(_ -> true)).isEqualTo(2);
      many.get("/v2/");
      assertThat(other.journal().forgotten()).isEqualTo(1);
      assertThatThrownBy(() -> other.journal().count(_ -> true))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void a_hundred_clients_get_the_right_bytes_at_once() {
    List<CompletableFuture<byte[]>> pulls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String range = "bytes=" + i * 1000 + "-" + (i * 1000 + 9999);
      pulls.add(CompletableFuture.supplyAsync(() -> client.get(path, "Range", range).body()));
    }
    for (int i = 0; i < 100; i++) {
      assertThat(pulls.get(i))
          .succeedsWithin(SOON)
          .isEqualTo(Arrays.copyOfRange(content, i * 1000, i * 1000 + 10_000));
    }
  }

  private void fourAtOnce() {
    List<Thread> pulls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      pulls.add(Thread.ofVirtual().start(() -> assertThat(client.get(path).body()).hasSize(SIZE)));
    }
    for (Thread pull : pulls) {
      assertThatCode(pull::join).doesNotThrowAnyException();
    }
  }

  private static long timed(Runnable action) {
    long start = System.nanoTime();
    action.run();
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  private static String head(byte[] answer) {
    return new String(answer, ISO_8859_1).split("\r\n\r\n", 2)[0];
  }

  private static byte[] body(byte[] answer) {
    return Arrays.copyOfRange(answer, head(answer).length() + 4, answer.length);
  }
}
