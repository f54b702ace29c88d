package dev.entrepot.cli;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** Gives orders at a control plane's admin door. What the door refuses is a {@link Refusal}. */
record AdminClient(URI admin) {
  /** Where the door is if nobody says otherwise. */
  static final String DEFAULT = "http://127.0.0.1:5084";

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration ANSWER = Duration.ofHours(1); // a backup may take long
  private static final int MOST_BYTES = 16 << 20;

  AdminClient {
    if (!"http".equals(admin.getScheme()) || admin.getHost() == null) {
      throw new Refusal("--admin " + admin + " is no URL of http; give one such as " + DEFAULT);
    }
  }

  JsonFields get(String path) {
    return send(request(path).GET().build());
  }

  JsonFields post(String path, Map<String, ?> fields) {
    return send(request(path).POST(BodyPublishers.ofByteArray(JsonFields.write(fields))).build());
  }

  /** Waits until something answers at the door, at most for so long. */
  void await(Duration most) {
    long end = System.nanoTime() + most.toNanos();
    while (!answers() && System.nanoTime() - end < 0) {
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Refusal("the command was interrupted: run it again", e);
      }
    }
  }

  private boolean answers() {
    int port = admin.getPort() < 0 ? 80 : admin.getPort();
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(admin.getHost(), port), Math.toIntExact(CONNECT.toMillis()));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(admin.resolve(path))
        .timeout(ANSWER)
        .header("X-Entrepot-Admin", "1")
        .header("Content-Type", "application/json");
  }

  private JsonFields send(HttpRequest request) {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build()) {
      HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
      JsonFields fields = JsonFields.read(answer.body(), MOST_BYTES);
      if (answer.statusCode() != 200) {
        throw new Refusal(fields.text("error"));
      }
      return fields;
    } catch (IOException e) {
      throw new Refusal(
          "no control plane answers at "
              + admin
              + ": start it, run this command on its machine, or say with --admin where its admin"
              + " door is",
          e);
    } catch (UnreadableJsonException e) {
      throw new Refusal(
          "what answers at " + admin + " is no control plane: say with --admin where it is", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal("the command was interrupted: run it again", e);
    }
  }

  /** Reads an answer; one that is not as it should be is another version's. */
  static <T> T read(Reading<T> reading) {
    try {
      return reading.read();
    } catch (UnreadableJsonException e) {
      throw new Refusal(
          "the control plane's answer is not understood ("
              + e.getMessage()
              + "): use the command of the same version",
          e);
    }
  }

  @FunctionalInterface
  interface Reading<T> {
    T read() throws UnreadableJsonException;
  }
}
