package dev.entrepot.loadtest.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that follows nothing and waits for nothing longer than ten seconds. */
final class Client implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final ScriptedRegistry registry;

  Client(ScriptedRegistry registry) {
    this.registry = registry;
  }

  HttpResponse<byte[]> get(String path, String... headers) {
    return send("GET", registry.uri().resolve(path), headers);
  }

  HttpResponse<byte[]> head(String path, String... headers) {
    return send("HEAD", registry.uri().resolve(path), headers);
  }

  HttpResponse<byte[]> send(String method, URI uri, String... headers) {
    try {
      return http.send(request(method, uri, headers), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<InputStream> open(String path) throws IOException, InterruptedException {
    return http.send(request("GET", registry.uri().resolve(path)), BodyHandlers.ofInputStream());
  }

  /** Sends the head of a request and returns everything that comes back until the end. */
  byte[] raw(String head) throws IOException {
    try (Socket socket = socket(head)) {
      return socket.getInputStream().readAllBytes();
    }
  }

  Socket socket(String head) throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), registry.port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static HttpRequest request(String method, URI uri, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request.build();
  }
}
