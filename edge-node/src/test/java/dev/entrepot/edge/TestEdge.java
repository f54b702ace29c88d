package dev.entrepot.edge;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A whole edge in this process, on real sockets and a real store. */
final class TestEdge implements AutoCloseable {
  private final Edge edge;
  private final BlockedLoops blocked = new BlockedLoops();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** An answer that came to its end. */
  record Got(int status, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private TestEdge(Edge edge) {
    this.edge = edge;
  }

  /** Starts an edge; {@code more} is YAML behind {@code listen} and {@code storage}. */
  static TestEdge start(Path directory, String more) {
    return start(directory, "1GiB", more);
  }

  static TestEdge start(Path directory, String capacity, String more) {
    return new TestEdge(Edge.start(settings(directory, capacity, more)));
  }

  static EdgeSettings settings(Path directory, String capacity, String more) {
    try {
      Path file = Files.createTempFile(directory, "edge", ".yml");
      Files.writeString(
          file,
          """
          version: 1
          listen: {registry: [{address: "127.0.0.1:0"}], observe: "127.0.0.1:0", admin: "127.0.0.1:0"}
          storage:
            volumes: [{directory: %s, capacity: %s}]
            min-free: 1MiB
          %s
          """
              .formatted(directory.resolve("data"), capacity, more));
      return switch (EdgeSettings.read(Optional.of(file), Map.of())) {
        case EdgeSettings.Result.Ok(EdgeSettings settings) -> settings;
        case EdgeSettings.Result.Refused refused -> throw new AssertionError(refused.toString());
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One upstream, {@code docker.io}, at an address. */
  static String hub(URI at) {
    return "upstreams: [{name: docker.io, urls: [\"" + at + "\"]}]";
  }

  int port() {
    return edge.doors().getFirst().port();
  }

  Edge edge() {
    return edge;
  }

  Got get(String path, String... headers) {
    return send("GET", path, headers);
  }

  Got head(String path, String... headers) {
    return send("HEAD", path, headers);
  }

  /** Fails with an {@code IOException} inside when the answer breaks off. */
  Got send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      Map<String, String> all = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      response.headers().map().forEach((name, values) -> all.put(name, String.join(", ", values)));
      return new Got(response.statusCode(), all, response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Reads a body to its end and gives its digest, without keeping it. */
  Digest digestOf(String path) {
    try {
      HttpResponse<InputStream> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      MessageDigest hash = Digest.Algorithm.SHA256.hasher();
      try (InputStream body = response.body()) {
        byte[] buffer = new byte[64 << 10];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
          hash.update(buffer, 0, count);
        }
      }
      return Digest.of(Digest.Algorithm.SHA256, hash.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Sends bytes as they are, and gives all that comes until the connection ends. */
  byte[] raw(byte[] request, Duration most) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout((int) most.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write(request);
      out.flush();
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String metrics() {
    try {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + edge.observe().port() + "/metrics"))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    edge.close();
    client.close();
    blocked.close();
    if (!blocked.warnings().isEmpty()) {
      throw new AssertionError("event loops were blocked: " + blocked.warnings());
    }
  }
}
