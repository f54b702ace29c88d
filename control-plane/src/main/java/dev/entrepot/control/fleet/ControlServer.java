package dev.entrepot.control.fleet;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.wire.Enrolment;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.control.policy.Snapshots;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one door for edges and for clients that want tokens. TLS; HTTP/1.1 and HTTP/2. */
public final class ControlServer {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final String TOKEN = "/token";
  private static final String KEYS = "/v1/keys";
  private static final int WORKERS = 4;

  /** Enrolments that wait or run; more are sent away. */
  private static final int MOST_ENROLMENTS = 64;

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Vertx vertx;
  private final ControlSettings.Limits limits;
  private final Ports ports;
  private final Gate gate;
  private final Connections connections;
  private final Deadlines deadlines;
  private final Refusals refusals;
  private final SnapshotStreams streams;
  private final WorkerExecutor workers;
  private final AtomicInteger enrolments = new AtomicInteger();
  private final ControlTls tls;
  private Optional<HttpServer> server = Optional.empty();
  private Runnable unsubscribe = () -> {};

  /**
   * What stands behind the door.
   *
   * @param nodes whether a certificate leads to the authority and is one of a node's; its dates are
   *     checked here. Must not block
   * @param authorities named to clients in the handshake
   * @param bodies where room is asked for, for the bodies of enrolments; tokens ask themselves
   */
  public record Ports(
      TokenEndpoint tokens,
      EnrolmentHandler enrolment,
      Snapshots snapshots,
      Predicate<X509Certificate> nodes,
      Supplier<List<X509Certificate>> authorities,
      Bodies bodies,
      InstantSource clock) {}

  /** A door that is still closed. */
  public ControlServer(Vertx vertx, ControlSettings.Limits limits, StreamRules rules, Ports ports) {
    this.vertx = vertx;
    this.limits = limits;
    this.ports = ports;
    this.gate = new Gate(limits);
    this.connections = new Connections(vertx, limits);
    this.deadlines = new Deadlines(vertx, limits.requestTimeout());
    this.streams = new SnapshotStreams(vertx, rules, ports.nodes(), ports.clock());
    this.refusals = new Refusals(ports.authorities());
    this.workers = vertx.createSharedWorkerExecutor("enrolment", WORKERS);
    this.tls = new ControlTls(limits.requestTimeout());
  }

  /** Listens; gives the port. Fails when the address or the identity is no good. */
  public synchronized Future<Integer> listen(ListenAddress at, ServerIdentity identity) {
    HttpServer made = tls.server(vertx, gate, identity, ports.authorities().get());
    made.connectionHandler(connections::opened);
    made.requestHandler(this::handle);
    made.exceptionHandler(e -> LOG.debug("a connection failed: {}", e.toString()));
    server = Optional.of(made);
    unsubscribe = ports.snapshots().subscribe(streams::offer);
    return made.listen(at.port(), at.host()).map(HttpServer::actualPort);
  }

  /** New connections meet this identity from now on; those that are open stay. */
  public synchronized Future<Void> update(ServerIdentity identity) {
    return server
        .map(it -> it.updateSSLOptions(tls.options(identity, ports.authorities().get()), true))
        .<Future<Void>>map(Future::mapEmpty)
        .orElse(Future.succeededFuture());
  }

  /** Takes no new connections, ends the streams and lets answers finish, at most for so long. */
  public synchronized Future<Void> drain(Duration most) {
    unsubscribe.run();
    streams.endAll();
    return server.map(it -> it.shutdown(most)).orElse(Future.succeededFuture());
  }

  /** How many edges listen. */
  public int listeningEdges() {
    return streams.count();
  }

  /** How many edges were dropped because they took nothing. */
  public long droppedEdges() {
    return streams.dropped();
  }

  /** How many connections there are, those too that have said nothing yet. */
  public int connections() {
    return gate.count();
  }

  /** How many requests have not ended yet. */
  int unfinishedRequests() {
    return deadlines.waiting();
  }

  private void handle(HttpServerRequest request) {
    connections.asked(request.connection());
    deadlines.begin(request);
    switch (String.valueOf(request.path())) {
      case TOKEN -> only(request, "GET, POST", this::token);
      case Enrolment.JOIN -> only(request, "POST", this::join);
      case Enrolment.RENEW -> only(request, "POST", this::renew);
      case Enrolment.SNAPSHOTS -> only(request, "GET", this::snapshots);
      case KEYS -> only(request, "GET", this::keys);
      default -> Answers.error(request, 404, "there is nothing at this address");
    }
  }

  private static void only(
      HttpServerRequest request, String allowed, Handler<HttpServerRequest> handler) {
    HttpMethod method = request.method();
    if (List.of(allowed.split(", ")).contains(method.name())) {
      handler.handle(request);
    } else {
      Answers.wrongMethod(request, allowed);
    }
  }

  private void token(HttpServerRequest request) {
    ports.tokens().handle(request, address(request));
  }

  private void join(HttpServerRequest request) {
    String remote = address(request);
    body(request, body -> enrol(request, () -> ports.enrolment().join(body, remote)));
  }

  private void renew(HttpServerRequest request) {
    Optional<X509Certificate> peer = peer(request);
    if (peer.isEmpty()) {
      Answers.error(request, 401, "show the node's certificate, or join with a join token");
      return;
    }
    body(request, body -> enrol(request, () -> ports.enrolment().renew(body, peer.get())));
  }

  private void body(HttpServerRequest request, Handler<byte[]> whole) {
    if (ports.bodies().admit(request, limits.requestBytes())) {
      Answers.body(request, limits.requestBytes()).onSuccess(whole);
    }
  }

  private void enrol(HttpServerRequest request, Callable<Answer> enrolment) {
    work(request, enrolment, answer -> Answers.send(request, answer));
  }

  private <T> void work(HttpServerRequest request, Callable<T> work, Handler<T> then) {
    if (enrolments.incrementAndGet() > MOST_ENROLMENTS) {
      enrolments.decrementAndGet();
      request.response().putHeader("Retry-After", "1");
      Answers.error(request, 503, "too many edges ask at this moment; ask again in a second");
      return;
    }
    workers
        .executeBlocking(work, false)
        .onComplete(done -> {
          enrolments.decrementAndGet();
          if (done.succeeded()) {
            then.handle(done.result());
          } else {
            LOG.error("an enrolment failed", done.cause());
            Answers.error(request, 500, "the control plane has failed; its log says why");
          }
        });
  }

  private void snapshots(HttpServerRequest request) {
    // Edges tell by it whether their clocks and this one's agree (RFC 9110 section 6.6.1).
    request.response().putHeader(HttpHeaders.DATE, HTTP_DATE.format(ports.clock().instant()));
    Optional<X509Certificate> peer = peer(request);
    if (peer.isEmpty()) {
      Answers.error(request, 401, "snapshots are for edges: show the node's certificate");
      return;
    }
    if (ports.nodes().test(peer.get())) {
      listen(request, peer.get());
    } else {
      work(request, () -> recalled(peer.get()), known -> listen(request, known));
    }
  }

  private X509Certificate recalled(X509Certificate peer) {
    ports.enrolment().recall(peer);
    return peer;
  }

  private void listen(HttpServerRequest request, X509Certificate peer) {
    if (request.response().closed()) {
      return; // nobody would tell the stream that its client has gone
    }
    Optional<String> objection = streams.objection(peer);
    if (objection.isPresent()) {
      refusals.refused(peer, address(request), objection.get());
      Answers.error(request, 403, objection.get());
    } else if (streams.open(request, peer, ports.snapshots()::current)) {
      connections.streams(request.connection());
    } else {
      Answers.error(
          request, 503, "too many edges listen: look for some that connect again and again");
    }
  }

  private void keys(HttpServerRequest request) {
    List<Map<String, Object>> keys =
        ports.snapshots().current().snapshot().keys().stream().map(ControlServer::jwk).toList();
    Answers.send(request, new Answer(200, JsonFields.write(Map.of("keys", keys))));
  }

  private static Map<String, Object> jwk(Snapshot.Key key) {
    Map<String, Object> jwk = new LinkedHashMap<>(RsaKeys.toJwk(key.key()));
    jwk.put("kid", key.id());
    jwk.put("alg", "RS256");
    jwk.put("use", "sig");
    return jwk;
  }

  private static String address(HttpServerRequest request) {
    return String.valueOf(request.remoteAddress().hostAddress());
  }

  private static Optional<X509Certificate> peer(HttpServerRequest request) {
    try {
      List<Certificate> chain = request.connection().peerCertificates();
      return chain != null && !chain.isEmpty() && chain.getFirst() instanceof X509Certificate leaf
          ? Optional.of(leaf)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException _) {
      return Optional.empty();
    }
  }
}
