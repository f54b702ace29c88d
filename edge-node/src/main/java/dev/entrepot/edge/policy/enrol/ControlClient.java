package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import dev.entrepot.common.wire.SnapshotCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * One question to the control plane over TLS 1.3 or 1.2, without proxies and redirects; nothing is
 * sent before the server has proved itself. Every failure is a {@link Refusal}.
 */
final class ControlClient {
  /** To have a connection, TLS included. */
  static final Duration CONNECT = Duration.ofSeconds(10);

  /** From the question to the whole answer. */
  static final Duration ANSWER = Duration.ofSeconds(30);

  private static final int MOST_BYTES = SnapshotCodec.MAX_CHARS + (1 << 20);
  private static final int MOST_ERROR_BYTES = 64 << 10;
  private static final int MOST_ERROR_CHARS = 500;
  private static final int OK = 200;

  private final URI control;
  private final SSLContext tls;

  /**
   * @param own shows this edge's certificate; absent before there is one
   */
  ControlClient(URI control, ServerTrust trust, Optional<KeyManager> own) {
    this.control = control;
    try {
      this.tls = SSLContext.getInstance("TLS");
      tls.init(own.stream().toArray(KeyManager[]::new), new TrustManager[] {trust}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Posts JSON and gives the answer's fields. */
  JsonFields post(String path, Map<String, ?> body) {
    HttpRequest request =
        HttpRequest.newBuilder(control.resolve(path))
            .timeout(ANSWER)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JsonFields.write(body)))
            .build();
    HttpResponse<byte[]> response = send(request);
    try {
      JsonFields fields = JsonFields.read(response.body(), MOST_BYTES);
      if (response.statusCode() == OK) {
        return fields;
      }
      throw says(fields);
    } catch (UnreadableJsonException e) {
      throw new Refusal(
          control
              + " answered with status "
              + response.statusCode()
              + " and not as a control plane does: correct the URL",
          e);
    }
  }

  /** An answer that goes on; closing it from any thread ends it. */
  record Stream(HttpClient client, InputStream body) implements AutoCloseable {
    @Override
    public void close() {
      client.shutdownNow();
    }
  }

  /**
   * Asks for an answer without an end.
   *
   * @param clocks is told what the control plane's clock says, if it says so
   */
  Stream open(String path, ClockWatch clocks) {
    HttpRequest request =
        HttpRequest.newBuilder(control.resolve(path)).timeout(ANSWER).GET().build();
    HttpClient client = client();
    try {
      HttpResponse<InputStream> response = begin(client, request);
      date(response).ifPresent(clocks::compare);
      if (response.statusCode() == OK) {
        return new Stream(client, response.body());
      }
      throw refusal(response.statusCode(), response.body().readAllBytes());
    } catch (Refusal refusal) {
      client.shutdownNow();
      throw refusal;
    } catch (IOException e) {
      client.shutdownNow();
      throw refusal(e);
    } catch (InterruptedException e) {
      client.shutdownNow();
      Thread.currentThread().interrupt();
      throw new Refusal("interrupted while waiting for the control plane at " + control, e);
    }
  }

  /** The head of an answer that goes on, or the whole of one that says no, within the time. */
  private static HttpResponse<InputStream> begin(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return client
          .sendAsync(request, ControlClient::subscriber)
          .get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException why ? why : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no whole answer within " + ANSWER.toSeconds() + " s", e);
    }
  }

  private static BodySubscriber<InputStream> subscriber(HttpResponse.ResponseInfo head) {
    return head.statusCode() == OK
        ? BodySubscribers.ofInputStream()
        : BodySubscribers.mapping(
            BodySubscribers.limiting(BodySubscribers.ofByteArray(), MOST_ERROR_BYTES),
            ByteArrayInputStream::new);
  }

  private static Optional<Instant> date(HttpResponse<?> response) {
    try {
      return response
          .headers()
          .firstValue("Date")
          .map(it -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(it)));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private Refusal refusal(int status, byte[] body) {
    try {
      return says(JsonFields.read(body, MOST_ERROR_BYTES));
    } catch (UnreadableJsonException e) {
      return new Refusal(
          "the control plane at "
              + control
              + " refuses this edge with status "
              + status
              + ": see its log; a node that was removed joins again with a new join token",
          e);
    }
  }

  private Refusal says(JsonFields fields) throws UnreadableJsonException {
    return new Refusal(
        "the control plane at " + control + " says: " + printable(fields.text("error")));
  }

  private HttpClient client() {
    return HttpClient.newBuilder()
        .sslContext(tls)
        .connectTimeout(CONNECT)
        .proxy(HttpClient.Builder.NO_PROXY)
        .followRedirects(HttpClient.Redirect.NEVER)
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try (HttpClient client = client()) {
      return client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
    } catch (IOException e) {
      throw refusal(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal("interrupted while waiting for the control plane at " + control, e);
    }
  }

  private Refusal refusal(IOException failure) {
    for (Throwable it = failure; it != null; it = it.getCause()) {
      if (it instanceof ServerTrust.Distrust) {
        return new Refusal(
            "the server at " + control + " cannot be believed: " + it.getMessage(), failure);
      }
      if (it instanceof UnresolvedAddressException || it instanceof UnknownHostException) {
        return new Refusal(
            "cannot reach the control plane at "
                + control
                + ": the name "
                + control.getHost()
                + " is unknown here: correct the URL, or see that this machine can look it up",
            failure);
      }
    }
    if (failure instanceof SSLException) {
      return new Refusal(
          "the server at "
              + control
              + " cannot be believed ("
              + failure.getMessage()
              + "): its certificate must be for the host of the URL and lead to the authority"
              + " of ca-pin, of ca, or of this edge's credentials",
          failure);
    }
    return new Refusal(
        "cannot reach the control plane at "
            + control
            + " ("
            + Optional.ofNullable(failure.getMessage()).orElse(failure.getClass().getSimpleName())
            + "): check the URL, the network and that it runs",
        failure);
  }

  /** What a server says ends up on a terminal. */
  private static String printable(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", " ");
    return plain.substring(0, Math.min(MOST_ERROR_CHARS, plain.length()));
  }
}
