package dev.entrepot.control.fleet;

import dev.entrepot.common.config.Durations;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's door: JSON over plain HTTP, on loopback alone, for whoever can open a connection
 * there. Every request carries {@code X-Entrepot-Admin: 1}.
 *
 * <pre>
 *   GET  /status
 *   GET  /keys
 *   GET  /nodes
 *   POST /keys/rotate         {"force": false}
 *   POST /tokens/revoke       {"jti": …}
 *   POST /subjects/revoke     {"subject": …}
 *   POST /tokens/revoke-all
 *   POST /join-tokens         {"life": "1h", "uses": 1, "node": …, "hosts": […]}
 *   POST /nodes/remove        {"node": …}
 *   POST /backup              {"directory": "/absolute/path"}
 * </pre>
 *
 * A refusal is 409 with {@code {"error": "one sentence"}}, a request that is not understood 400.
 */
public final class ControlAdmin {
  private static final Logger LOG = LoggerFactory.getLogger(ControlAdmin.class);
  private static final String BACKUP = "POST /backup";
  private static final int IDLE_SECONDS = 60;
  private static final int MOST_BODY = 128 << 10;
  private static final int MOST_USES = 10_000;
  private static final Duration LONGEST_LIFE = Duration.ofDays(30);

  private final HttpServer server;
  private final WorkerExecutor worker;
  private final WorkerExecutor copier;
  private final AtomicBoolean copying = new AtomicBoolean();
  private final Administration administration;

  public ControlAdmin(Vertx vertx, Administration administration) {
    this.administration = administration;
    // One at a time, in order; but a disk that hangs under a backup must not hold up a revocation.
    this.worker = vertx.createSharedWorkerExecutor("admin", 1);
    this.copier = vertx.createSharedWorkerExecutor("admin-backup", 1, 1, TimeUnit.HOURS);
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS * 60))
            .requestHandler(this::handle);
  }

  /** Listens; gives the port. Fails for an address that others can reach. */
  public Future<Integer> listen(ListenAddress at) {
    if (!LoopbackOnly.isLoopback(at.host())) {
      return Future.failedFuture(
          new Refusal(
              "listen.admin: " + at + " can be reached by others; keep it on 127.0.0.1 or ::1"));
    }
    return server.listen(at.port(), at.host()).map(HttpServer::actualPort);
  }

  /** Stops listening. */
  public Future<Void> close() {
    return server.close();
  }

  /** Answers one request, at this door or at one of the same kind. */
  public void handle(HttpServerRequest request) {
    Optional<String> objection = LoopbackOnly.objection(request);
    if (objection.isPresent()) {
      Answers.error(request, 403, objection.get());
      return;
    }
    Answers.body(request, MOST_BODY).onSuccess(body -> carryOut(request, body));
  }

  private void carryOut(HttpServerRequest request, byte[] body) {
    boolean backup = order(request).equals(BACKUP);
    if (backup && !copying.compareAndSet(false, true)) {
      Answers.error(request, 409, "another backup is being made: wait for its end and try again");
      return;
    }
    (backup ? copier : worker)
        .executeBlocking(() -> backup ? copied(request, body) : answer(request, body), !backup)
        .onSuccess(answer -> Answers.send(request, answer))
        .onFailure(e -> failed(request, e));
  }

  private Answer copied(HttpServerRequest request, byte[] body) {
    try {
      return answer(request, body);
    } finally {
      copying.set(false);
    }
  }

  private static String order(HttpServerRequest request) {
    return request.method().name() + " " + request.path();
  }

  private static void failed(HttpServerRequest request, Throwable e) {
    LOG.error("an order of the operator failed", e);
    Answers.error(request, 500, "the control plane has failed; its log says why");
  }

  private Answer answer(HttpServerRequest request, byte[] body) {
    try {
      JsonFields fields =
          JsonFields.read(body.length == 0 ? new byte[] {'{', '}'} : body, MOST_BODY);
      return switch (order(request)) {
        case "GET /status" -> Answer.of(200, administration.status());
        case "GET /keys" -> Answer.of(200, administration.keys());
        case "GET /nodes" -> Answer.of(200, administration.nodes());
        case "POST /keys/rotate" -> rotate(fields);
        case "POST /tokens/revoke" -> revokeToken(fields.text("jti"));
        case "POST /subjects/revoke" -> revokeSubject(fields.text("subject"));
        case "POST /tokens/revoke-all" -> revokeAll();
        case "POST /join-tokens" -> joinToken(fields);
        case "POST /nodes/remove" -> remove(fields.text("node"));
        case BACKUP -> backup(fields);
        default -> Answer.error(404, "there is nothing at this address");
      };
    } catch (UnreadableJsonException e) {
      return Answer.error(400, "the request is not understood: " + e.getMessage());
    } catch (Refusal e) {
      return Answer.error(409, String.valueOf(e.getMessage()));
    }
  }

  private Answer rotate(JsonFields fields) throws UnreadableJsonException {
    Map<String, ?> done = administration.rotate(fields.optionalFlag("force").orElse(false));
    audit("rotate", String.valueOf(done.get("kid")));
    return Answer.of(200, done);
  }

  private Answer revokeToken(String id) {
    administration.revokeToken(id);
    audit("revoke", "token " + id);
    return Answer.of(200, Map.of("revoked", id));
  }

  private Answer revokeSubject(String name) {
    administration.revokeSubject(name);
    audit("revoke", "tokens of " + name);
    return Answer.of(200, Map.of("revoked", name));
  }

  private Answer revokeAll() {
    administration.revokeAll();
    audit("revoke", "all tokens");
    return Answer.of(200, Map.of("revoked", "all"));
  }

  private Answer joinToken(JsonFields fields) throws UnreadableJsonException {
    long uses = fields.optionalNumber("uses").orElse(1L);
    Duration life = duration(fields.optionalText("life").orElse("1h"));
    if (uses < 1 || uses > MOST_USES || life.isZero() || life.compareTo(LONGEST_LIFE) > 0) {
      throw new UnreadableJsonException(
          "uses are 1 to "
              + MOST_USES
              + ", a life is "
              + Durations.print(LONGEST_LIFE)
              + " at most");
    }
    Optional<String> name = fields.optionalText("node");
    List<String> hosts = fields.has("hosts") ? fields.texts("hosts") : List.of();
    audit("create a join token", name.orElse("for any node"));
    return Answer.of(200, administration.createJoinToken(name, hosts, (int) uses, life));
  }

  private Answer remove(String name) {
    audit("remove a node", name);
    return administration.removeNode(name)
        ? Answer.of(200, Map.of("removed", name))
        : Answer.error(404, "there is no node " + name);
  }

  private Answer backup(JsonFields fields) throws UnreadableJsonException {
    Path directory = Path.of(fields.text("directory"));
    if (!directory.isAbsolute()) {
      throw new UnreadableJsonException("directory is an absolute path");
    }
    audit("backup", directory.toString());
    return Answer.of(200, administration.backup(directory));
  }

  private static Duration duration(String text) throws UnreadableJsonException {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException _) {
      throw new UnreadableJsonException("life is a duration such as 1h");
    }
  }

  private static void audit(String order, String what) {
    LOG.atInfo()
        .addKeyValue("event.action", order)
        .addKeyValue("event.category", "configuration")
        .log("the operator has ordered: {} {}", order, what);
  }
}
