package dev.entrepot.loadtest.load;

import dev.entrepot.common.config.Refusal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Body bytes that edges say they have fetched from upstreams since they started. */
public final class UpstreamBytes {
  /** The counter of an edge, in the text format of Prometheus. */
  private static final Pattern COUNTER =
      Pattern.compile("(?m)^entrepot_upstream_bytes_total(?:\\{[^}]*})? ([0-9.eE+-]+)$");

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final List<URI> metrics;

  /**
   * @param metrics addresses such as {@code http://127.0.0.1:5080/metrics}
   */
  public UpstreamBytes(List<URI> metrics) {
    this.metrics = List.copyOf(metrics);
  }

  /**
   * The sum over all edges and upstreams; an edge that has fetched nothing yet counts as 0.
   *
   * @throws Refusal when one of them does not answer as an edge does
   */
  public long read() {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      double sum = 0;
      for (URI address : metrics) {
        sum += total(text(client, address));
      }
      return Math.round(sum);
    }
  }

  private static double total(String text) {
    double sum = 0;
    Matcher lines = COUNTER.matcher(text);
    while (lines.find()) {
      sum += Double.parseDouble(lines.group(1));
    }
    return sum;
  }

  private static String text(HttpClient client, URI address) {
    try {
      HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() == 200 && response.body().contains("entrepot_")) {
        return response.body();
      }
      String why = "it answers " + response.statusCode() + " and no meters";
      throw new Refusal(sentence(address, why));
    } catch (IOException | IllegalArgumentException e) {
      throw new Refusal(sentence(address, "it does not answer"), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(sentence(address, "there was no time to ask it"), e);
    }
  }

  private static String sentence(URI address, String why) {
    return "%s cannot be read as an edge's meters: %s; give the /metrics of its observe door"
        .formatted(address, why);
  }
}
