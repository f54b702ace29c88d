package dev.entrepot.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What somebody can see of an answer without reading values of headers: two may look alike. The
 * request's own number is left out, as no two have the same.
 */
record Shape(int status, Set<String> headers, String body) {
  private static final Pattern NUMBER = Pattern.compile("(\"requestId\":)\"[0-9a-f]{32}\"");

  /**
   * Asks for something.
   *
   * @param range the value of {@code Range}; empty for none
   */
  static Shape of(String method, String url, String token, String range) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Authorization", "Bearer " + token);
    if (!range.isEmpty()) {
      request.header("Range", range);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Shape(
          answer.statusCode(),
          new TreeSet<>(answer.headers().map().keySet()),
          NUMBER.matcher(answer.body()).replaceAll("$1"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** The same with another name in it. */
  Shape named(String from, String to) {
    return new Shape(status, headers, body.replace(from, to));
  }
}
