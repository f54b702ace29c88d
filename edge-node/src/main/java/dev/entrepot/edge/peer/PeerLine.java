package dev.entrepot.edge.peer;

import dev.entrepot.edge.cluster.Site.Member;
import dev.entrepot.edge.origin.Unread;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Connections to the neighbours' peer doors: mutual TLS, {@code Entrepot-Hop: 1}, and an answer
 * from nobody but an edge of this site. A neighbour that is silent is asked whether it lives: one
 * that only waits for the upstream is waited for, one that has stopped is found out soon.
 */
final class PeerLine implements AutoCloseable {
  /** Says that a request comes from an edge and may not go on to a further one. */
  static final String HOP = "Entrepot-Hop";

  private final Vertx vertx;
  private final Predicate<X509Certificate> edges;
  private final PeerLimits limits;
  private volatile HttpClient client;

  /** Who answers is no edge. */
  static final class Stranger extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stranger() {
      super("not the certificate of an edge", null, false, false);
    }
  }

  PeerLine(Vertx vertx, PeerTls tls, Predicate<X509Certificate> edges, PeerLimits limits) {
    this.vertx = vertx;
    this.edges = edges;
    this.limits = limits;
    this.client = client(tls);
  }

  /** Shows another certificate from the next connection on; what is under way comes to its end. */
  void use(PeerTls tls) {
    HttpClient before = client;
    client = client(tls);
    var _ = before.shutdown(1, TimeUnit.HOURS);
  }

  /**
   * Sends a GET. The response that comes is paused. Fails with {@link Stranger} when it is not from
   * an edge.
   */
  Future<HttpClientResponse> ask(Member member, String path, Map<String, String> headers) {
    return client
        .request(options(member, path, limits.answer(), headers))
        .compose(request -> head(member, request))
        .compose(this::fromAnEdge);
  }

  private Future<HttpClientResponse> head(Member member, HttpClientRequest request) {
    Future<HttpClientResponse> head = request.send().onSuccess(HttpClientResponse::pause);
    long watch =
        vertx.setPeriodic(
            limits.silence().toMillis(), _ -> pulse(member).onFailure(_ -> giveUp(request, head)));
    return head.onComplete(_ -> vertx.cancelTimer(watch));
  }

  /** Not when the answer has begun meanwhile: then it was only busy. */
  private static void giveUp(HttpClientRequest request, Future<HttpClientResponse> head) {
    if (!head.isComplete()) {
      request.reset();
    }
  }

  private Future<HttpClientResponse> fromAnEdge(HttpClientResponse response) {
    if (certified(response)) {
      return Future.succeededFuture(response);
    }
    Unread.discard(vertx, response, Long.MAX_VALUE);
    return Future.failedFuture(new Stranger());
  }

  private boolean certified(HttpClientResponse response) {
    try {
      List<Certificate> chain = response.request().connection().peerCertificates();
      return !chain.isEmpty() && chain.getFirst() instanceof X509Certificate it && edges.test(it);
    } catch (SSLPeerUnverifiedException _) {
      return false;
    }
  }

  /** Succeeds when the neighbour answers anything at all soon. */
  Future<Void> pulse(Member member) {
    return client
        .request(options(member, "/v2/", limits.pulse(), Map.of()))
        .compose(HttpClientRequest::send)
        .timeout(limits.pulse().toMillis(), TimeUnit.MILLISECONDS)
        .mapEmpty();
  }

  private static RequestOptions options(
      Member member, String path, Duration most, Map<String, String> headers) {
    URI at = member.peer();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(at.getHost())
            .setPort(at.getPort())
            .setURI(path)
            .setTimeout(most.toMillis())
            .putHeader(HOP, "1")
            .putHeader("Accept", "*/*");
    headers.forEach(options::putHeader);
    return options;
  }

  private HttpClient client(PeerTls tls) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setSsl(true)
            .setVerifyHost(true)
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertValue(Buffer.buffer(tls.pair().chain()))
                    .addKeyValue(Buffer.buffer(tls.pair().key())))
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(tls.authorities())))
            .setSslHandshakeTimeout(limits.handshake().toMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setConnectTimeout((int) limits.connect().toMillis()),
        new PoolOptions().setHttp1MaxSize(limits.connections()));
  }

  @Override
  public void close() {
    client.close();
  }
}
