package dev.entrepot.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.oci.Digest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DoorConnectionsTest {
  private static final DoorTimeouts SHORT =
      new DoorTimeouts(
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofMillis(500),
          Duration.ofSeconds(5));

  @Test
  void a_body_that_breaks_in_the_middle_closes_the_connection_short_of_its_length()
      throws IOException {
    try (OpenDoor door = new OpenDoor()) {
      Digest digest = door.rooms.blob(500_000);
      door.rooms.breakAt = 3L * FakeRooms.CHUNK;
      try (Socket socket = door.socket(request("/v2/a/blobs/" + digest))) {
        byte[] answer = readAll(socket);

        assertThat(head(answer)).contains("200 OK").contains("content-length: 500000");
        assertThat(answer.length).isLessThan(500_000);
      }
      assertThat(OpenDoor.eventually(() -> !door.answered.isEmpty())).isTrue();
      assertThat(door.answered.peek().outcome()).isEqualTo("originlied");
      assertThat(door.answered.peek().aborted()).isTrue();
      assertThat(OpenDoor.eventually(door.rooms::allReleased)).isTrue();
      assertThat(door.rooms.open).hasValue(0);
    }
  }

  @Test
  void over_http2_the_stream_is_reset_and_the_connection_lives_on() {
    try (OpenDoor door = new OpenDoor()) {
      Digest digest = door.rooms.blob(500_000);
      HttpClient client = http2(door);
      door.rooms.breakAt = 3L * FakeRooms.CHUNK;

      Future<?> broken =
          client
              .request(HttpMethod.GET, door.port, "127.0.0.1", "/v2/a/blobs/" + digest)
              .compose(it -> it.send())
              .compose(HttpClientResponse::body);
      assertThatThrownBy(() -> OpenDoor.await(broken)).isInstanceOf(StreamResetException.class);

      door.rooms.breakAt = Long.MAX_VALUE;
      var whole =
          OpenDoor.await(
              client
                  .request(HttpMethod.GET, door.port, "127.0.0.1", "/v2/a/blobs/" + digest)
                  .compose(it -> it.send())
                  .compose(HttpClientResponse::body));
      assertThat(whole.getBytes()).isEqualTo(door.rooms.blobs.get(digest));
      assertThat(OpenDoor.eventually(door.rooms::allReleased)).isTrue();
    }
  }

  @Test
  void a_client_that_leaves_closes_the_blob_and_frees_every_buffer() throws IOException {
    try (OpenDoor door = new OpenDoor()) {
      Digest digest = door.rooms.blob(64 << 20);
      Socket socket = door.socket(request("/v2/a/blobs/" + digest));
      assertThat(socket.getInputStream().read()).isNotNegative();
      assertThat(OpenDoor.eventually(() -> door.rooms.open.get() == 1)).isTrue();

      socket.close();

      assertThat(OpenDoor.eventually(() -> door.rooms.open.get() == 0)).isTrue();
      assertThat(OpenDoor.eventually(door.rooms::allReleased)).isTrue();
      assertThat(OpenDoor.eventually(() -> !door.answered.isEmpty())).isTrue();
      assertThat(door.answered.peek().outcome()).isEqualTo("aborted");
    }
  }

  @Test
  void a_stream_that_the_client_resets_closes_the_blob_and_frees_every_buffer() {
    try (OpenDoor door = new OpenDoor()) {
      Digest digest = door.rooms.blob(64 << 20);
      HttpClientResponse response =
          OpenDoor.await(
              http2(door)
                  .request(HttpMethod.GET, door.port, "127.0.0.1", "/v2/a/blobs/" + digest)
                  .compose(it -> it.send().onSuccess(HttpClientResponse::pause)));

      OpenDoor.await(response.request().reset());

      assertThat(OpenDoor.eventually(() -> door.rooms.open.get() == 0)).isTrue();
      assertThat(OpenDoor.eventually(door.rooms::allReleased)).isTrue();
    }
  }

  @Test
  void a_client_that_accepts_nothing_is_cut_off_after_the_stall() throws IOException {
    try (OpenDoor door = open(SHORT);
        Socket socket = door.socket(request("/v2/a/blobs/" + door.rooms.blob(64 << 20)))) {
      assertThat(OpenDoor.eventually(() -> door.rooms.opened.get() == 1)).isTrue();
      assertThat(OpenDoor.eventually(() -> door.rooms.open.get() == 0)).isTrue();
      assertThat(OpenDoor.eventually(door.rooms::allReleased)).isTrue();
      assertThat(socket.isClosed()).isFalse();
    }
  }

  @Test
  void a_tls_greeting_at_the_plain_door_is_hung_up_on_at_once() throws IOException {
    try (OpenDoor door = new OpenDoor();
        Socket socket = door.socket("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001")) {
      long began = System.nanoTime();

      assertThat(readAll(socket)).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void headers_that_drip_are_cut_off_however_they_drip() throws Exception {
    try (OpenDoor door = open(SHORT);
        Socket socket = door.socket("GET /v2/ HTTP/1.1\r\nHost: a\r\n")) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  socket.getOutputStream().write("X: y\r\n".getBytes(StandardCharsets.US_ASCII));
                  Thread.sleep(50);
                }
              })
          .isInstanceOf(SocketException.class);
      assertThat(door.answered).isEmpty();
    }
  }

  @Test
  void a_connection_that_says_nothing_or_rests_too_long_is_closed() throws IOException {
    try (OpenDoor door = open(SHORT);
        Socket silent = door.socket("");
        Socket rested = door.socket("GET /v2/ HTTP/1.1\r\nHost: a\r\n\r\n")) {
      assertThat(readAll(silent)).isEmpty();
      assertThat(head(readAll(rested))).contains("200 OK");
    }
  }

  @Test
  void one_address_may_have_only_so_many_connections() throws IOException {
    DoorLimits limits = limits(100, 2, DoorLimits.DEFAULT.requestBody());
    try (OpenDoor door =
            new OpenDoor(limits, DoorTimeouts.DEFAULT, List.of("127.0.0.0/8"), _ -> false);
        Socket one = door.socket("");
        Socket two = door.socket("");
        Socket three = door.socket("")) {
      assertThat(readAll(three)).isEmpty();

      one.shutdownOutput();
      two.shutdownOutput();
      assertThat(
              OpenDoor.eventually(() -> {
                try (Socket again = door.socket(request("/v2/"))) {
                  return head(readAll(again)).contains("200 OK");
                } catch (IOException e) {
                  return false;
                }
              }))
          .isTrue();
    }
  }

  @Test
  void a_body_that_nobody_wants_costs_the_connection() throws IOException {
    try (OpenDoor door = new OpenDoor();
        Socket socket =
            door.socket(
                "PUT /v2/a/manifests/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n")) {
      String answer = new String(readAll(socket), StandardCharsets.ISO_8859_1);

      assertThat(answer).contains("405").contains("UNSUPPORTED");
    }
  }

  @Test
  void headers_that_are_too_big_are_refused() throws IOException {
    try (OpenDoor door = new OpenDoor();
        Socket socket = door.socket("GET /v2/ HTTP/1.1\r\nX: " + "y".repeat(60_000) + "\r\n\r\n")) {
      assertThat(head(readAll(socket))).contains("431");
    }
  }

  @Test
  void draining_lets_an_answer_finish_and_takes_no_new_connection() throws Exception {
    try (OpenDoor door = new OpenDoor();
        Socket idle = door.socket("")) {
      Digest digest = door.rooms.blob(16 << 20);
      try (Socket socket = door.socket(request("/v2/a/blobs/" + digest))) {
        InputStream in = socket.getInputStream();
        int first = in.read();
        Future<Void> drained = door.server.drain(Duration.ofSeconds(10));
        assertThat(readAll(idle)).isEmpty();
        assertThat(OpenDoor.eventually(() -> !accepts(door.port))).isTrue();

        assertThat(first).isEqualTo('H');
        assertThat(in.readAllBytes().length).isGreaterThan(16 << 20);
        OpenDoor.await(drained);
      }
    }
  }

  @Test
  void http2_upgrade_and_several_streams_work() {
    try (OpenDoor door = new OpenDoor()) {
      Digest digest = door.rooms.blob(1_000_000);
      HttpClient client =
          door.vertx.createHttpClient(
              new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2));
      List<Future<HttpClientResponse>> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        answers.add(
            client
                .request(HttpMethod.GET, door.port, "127.0.0.1", "/v2/a/blobs/" + digest)
                .compose(it -> it.send())
                .compose(it -> it.body().map(it)));
      }
      for (Future<HttpClientResponse> answer : answers) {
        assertThat(OpenDoor.await(answer).statusCode()).isEqualTo(200);
      }
      assertThat(OpenDoor.eventually(door.rooms::allReleased)).isTrue();
    }
  }

  private static HttpClient http2(OpenDoor door) {
    return door.vertx.createHttpClient(
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false));
  }

  private static OpenDoor open(DoorTimeouts timeouts) {
    return new OpenDoor(DoorLimits.DEFAULT, timeouts, List.of("127.0.0.0/8"), _ -> false);
  }

  private static DoorLimits limits(int connections, int perAddress, long body) {
    DoorLimits it = DoorLimits.DEFAULT;
    return new DoorLimits(
        connections,
        perAddress,
        it.requestLine(),
        it.header(),
        it.target(),
        body,
        it.ranges(),
        it.tags(),
        it.streams(),
        it.resets());
  }

  private static boolean accepts(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String request(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  }

  /** Everything until the end, be it tidy or a reset. */
  private static byte[] readAll(Socket socket) {
    var all = new java.io.ByteArrayOutputStream();
    try {
      InputStream in = socket.getInputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        all.write(b);
        byte[] more = in.readNBytes(in.available());
        all.write(more, 0, more.length);
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError(e);
    } catch (IOException reset) {
      return all.toByteArray();
    }
    return all.toByteArray();
  }

  private static String head(byte[] answer) {
    return new String(answer, 0, Math.min(answer.length, 1000), StandardCharsets.ISO_8859_1);
  }
}
