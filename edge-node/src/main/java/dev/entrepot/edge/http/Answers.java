package dev.entrepot.edge.http;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.OciErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only place where a failure becomes a status, a code and a sentence. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  /**
   * What a failure looks like from outside.
   *
   * @param kind tells failures apart that share a status and code; in the body, the log and meters
   */
  record Answer(
      int status, OciErrorCode code, String kind, String message, Optional<Duration> retryAfter) {
    Answer(int status, OciErrorCode code, String kind, String message) {
      this(status, code, kind, message, Optional.empty());
    }
  }

  static Answer of(Failure failure) {
    return switch (failure) {
      case Failure.Unreadable(OciErrorCode code, String detail) ->
          new Answer(code.status(), code, "unreadable", detail);
      case Failure.Unsupported(String detail) ->
          new Answer(405, OciErrorCode.UNSUPPORTED, "unsupported", detail);
      case Failure.Unauthenticated(_, String detail) ->
          new Answer(401, OciErrorCode.UNAUTHORIZED, "unauthenticated", detail);
      case Failure.Denied(var repository) ->
          new Answer(
              404,
              OciErrorCode.NAME_UNKNOWN,
              "denied",
              "there is no repository " + repository + " here, or not for you");
      case Failure.Forbidden(String detail) ->
          new Answer(403, OciErrorCode.DENIED, "forbidden", detail);
      case Failure.UnknownUpstream(String name) ->
          new Answer(
              404,
              OciErrorCode.NAME_UNKNOWN,
              "unknown-upstream",
              "no upstream is called "
                  + printable(name)
                  + " here; upstreams are added in the configuration");
      case Failure.UnknownRepository(var repository) ->
          new Answer(
              404,
              OciErrorCode.NAME_UNKNOWN,
              "unknown-repository",
              "there is no repository " + repository + " here, or not for you");
      case Failure.UnknownManifest(var repository, var reference) ->
          new Answer(
              404,
              OciErrorCode.MANIFEST_UNKNOWN,
              "unknown-manifest",
              repository + " has no manifest " + reference);
      case Failure.UnknownBlob(var repository, var digest) ->
          new Answer(
              404,
              OciErrorCode.BLOB_UNKNOWN,
              "unknown-blob",
              repository + " has no blob " + digest);
      case Failure.UnsupportedByOrigin(var repository, String what) ->
          new Answer(
              404,
              OciErrorCode.UNSUPPORTED,
              "unsupported-by-upstream",
              repository.upstream() + " does not offer " + what);
      case Failure.OriginDenied(var repository, String detail) ->
          new Answer(
              403,
              OciErrorCode.DENIED,
              "upstream-denied",
              repository.upstream() + " refused " + repository.path() + ": " + detail);
      case Failure.OriginBusy(String upstream, Duration retryAfter) ->
          new Answer(
              429,
              OciErrorCode.TOOMANYREQUESTS,
              "upstream-busy",
              upstream + " throttles this cache",
              Optional.of(retryAfter));
      case Failure.OriginUnreachable(String upstream, String detail) ->
          new Answer(
              503,
              OciErrorCode.UNAVAILABLE,
              "upstream-unreachable",
              upstream + " cannot be reached: " + detail,
              Optional.of(Duration.ofSeconds(5)));
      case Failure.OriginTimeout(String upstream, String detail) ->
          new Answer(
              504,
              OciErrorCode.UNAVAILABLE,
              "upstream-timeout",
              upstream + " took too long: " + detail);
      case Failure.OriginLied(String upstream, String detail) ->
          new Answer(502, OciErrorCode.UNAVAILABLE, "upstream-lied", upstream + " " + detail);
      case Failure.Overloaded(String detail, Duration retryAfter) ->
          new Answer(503, OciErrorCode.UNAVAILABLE, "overloaded", detail, Optional.of(retryAfter));
      case Failure.Unforeseen _ ->
          new Answer(
              500,
              OciErrorCode.UNKNOWN,
              "unforeseen",
              "something went wrong here; the log has it under this request's id");
    };
  }

  /** Answers with a failure, or breaks the answer off when it has begun. */
  static void fail(Pull pull, Failure failure) {
    pull.failed(failure);
    if (failure instanceof Failure.Unforeseen(Throwable cause)) {
      LOG.error("request {} failed", pull.id(), cause);
    }
    HttpServerResponse response = pull.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      response.reset();
      return;
    }
    send(pull, of(failure), failure);
  }

  private static void send(Pull pull, Answer answer, Failure failure) {
    HttpServerResponse response = pull.response();
    response.setStatusCode(answer.status());
    response.putHeader("Content-Type", "application/json");
    response.putHeader("Cache-Control", "no-store");
    answer
        .retryAfter()
        .ifPresent(after ->
            response.putHeader("Retry-After", Long.toString(Math.max(1, after.toSeconds()))));
    if (failure instanceof Failure.Unauthenticated(String challenge, _)) {
      response.putHeader("WWW-Authenticate", challenge);
    }
    if (failure instanceof Failure.Unsupported) {
      response.putHeader("Allow", "GET, HEAD");
    }
    Buffer body = body(answer, pull.id());
    response.putHeader("Content-Length", Integer.toString(body.length()));
    if (pull.isHead()) {
      response.end();
    } else {
      pull.sent(body.length());
      response.end(body);
    }
  }

  private static Buffer body(Answer answer, String id) {
    JsonObject error =
        new JsonObject()
            .put("code", answer.code().name())
            .put("message", answer.message())
            .put("detail", new JsonObject().put("reason", answer.kind()).put("request", id));
    return new JsonObject().put("errors", new JsonArray().add(error)).toBuffer();
  }

  private static String printable(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "…";
  }
}
