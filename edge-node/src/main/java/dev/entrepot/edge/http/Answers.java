package dev.entrepot.edge.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.OciErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only place where a failure becomes an HTTP answer. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
  private static final JsonFactory JSON = new JsonFactory();

  private record Answer(
      int status, OciErrorCode code, String message, Map<String, String> headers) {
    static Answer of(OciErrorCode code, String message) {
      return new Answer(code.status(), code, message, Map.of());
    }

    static Answer of(int status, OciErrorCode code, String message) {
      return new Answer(status, code, message, Map.of());
    }

    Answer with(String header, String value) {
      return new Answer(status, code, message, Map.of(header, value));
    }
  }

  /** Answers with a failure, or breaks the answer off when it has already begun. */
  void fail(Exchange exchange, Failure failure) {
    if (Pour.isClients(failure)) {
      exchange.breakOff();
      return;
    }
    if (failure instanceof Failure.Unforeseen(Throwable cause)) {
      LOG.atError().addKeyValue("http.request.id", exchange.id()).setCause(cause).log("unforeseen");
    }
    if (exchange.isOver()) {
      exchange.failed(failure, Optional.empty());
    } else if (exchange.response().headWritten()) {
      exchange.failed(failure, Optional.empty());
      exchange.breakOff();
    } else {
      Answer answer = answer(failure);
      exchange.failed(failure, Optional.of(answer.code));
      send(exchange, answer);
    }
  }

  /** Answers that there is no such endpoint. */
  void noEndpoint(Exchange exchange, String sentence) {
    Answer answer = Answer.of(404, OciErrorCode.UNSUPPORTED, sentence);
    exchange.failed(new Failure.Unsupported(sentence), Optional.of(answer.code));
    send(exchange, answer);
  }

  /** Answers that no range of a blob of that size was asked for. */
  void unsatisfiable(Exchange exchange, long size) {
    Failure failure = new Failure.Unreadable(OciErrorCode.RANGE_INVALID, "no such range");
    exchange.failed(failure, Optional.of(OciErrorCode.RANGE_INVALID));
    Answer answer = Answer.of(OciErrorCode.RANGE_INVALID, "the blob has " + size + " bytes");
    send(exchange, answer.with("Content-Range", "bytes */" + size));
  }

  private static Answer answer(Failure failure) {
    return switch (failure) {
      case Failure.Unreadable(OciErrorCode code, String detail) -> Answer.of(code, detail);
      case Failure.Unsupported(String detail) ->
          Answer.of(OciErrorCode.UNSUPPORTED, detail).with("Allow", "GET, HEAD");
      case Failure.Unauthenticated(String challenge, String detail) ->
          Answer.of(OciErrorCode.UNAUTHORIZED, detail).with("WWW-Authenticate", challenge);
      case Failure.Denied _, Failure.UnknownRepository _ ->
          Answer.of(
              OciErrorCode.NAME_UNKNOWN,
              "the repository does not exist, or may not be pulled without permission");
      case Failure.Forbidden(String detail) -> Answer.of(OciErrorCode.DENIED, detail);
      case Failure.UnknownUpstream(String name) ->
          Answer.of(
              OciErrorCode.NAME_UNKNOWN,
              "no upstream is configured under the name " + name + "; see upstreams");
      case Failure.UnknownManifest(var repository, var reference) ->
          Answer.of(
              OciErrorCode.MANIFEST_UNKNOWN, "no manifest " + reference + " in " + repository);
      case Failure.UnknownBlob(var repository, var digest) ->
          Answer.of(OciErrorCode.BLOB_UNKNOWN, "no blob " + digest + " in " + repository);
      case Failure.UnsupportedByOrigin(var repository, String what) ->
          Answer.of(
              404, OciErrorCode.UNSUPPORTED, repository.upstream() + " does not have " + what);
      case Failure.OriginDenied(var repository, String detail) ->
          Answer.of(
              OciErrorCode.DENIED, repository.upstream() + " denies " + repository + ": " + detail);
      case Failure.OriginBusy(String upstream, Duration wait) ->
          Answer.of(OciErrorCode.TOOMANYREQUESTS, upstream + " throttles this edge")
              .with("Retry-After", seconds(wait));
      case Failure.OriginUnreachable(String upstream, String detail) ->
          Answer.of(502, OciErrorCode.UNAVAILABLE, upstream + " cannot be reached: " + detail);
      case Failure.OriginTimeout(String upstream, String detail) ->
          Answer.of(504, OciErrorCode.UNAVAILABLE, upstream + " did not answer in time: " + detail);
      case Failure.OriginLied(String upstream, String detail) ->
          Answer.of(502, OciErrorCode.UNKNOWN, upstream + " sent what it should not: " + detail);
      case Failure.Overloaded(String detail, Duration wait) ->
          Answer.of(503, OciErrorCode.UNAVAILABLE, "this edge cannot serve that now: " + detail)
              .with("Retry-After", seconds(wait));
      case Failure.Unforeseen _ ->
          Answer.of(OciErrorCode.UNKNOWN, "something unforeseen happened in this edge");
    };
  }

  private static void send(Exchange exchange, Answer answer) {
    HttpServerResponse response = exchange.response();
    answer.headers.forEach(response::putHeader);
    response.headers().remove(HttpHeaders.ETAG).remove("Docker-Content-Digest");
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    exchange.send(answer.status, body(answer, exchange.id()));
  }

  private static Buffer body(Answer answer, String id) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeArrayFieldStart("errors");
      json.writeStartObject();
      json.writeStringField("code", answer.code.name());
      json.writeStringField("message", answer.message);
      json.writeObjectFieldStart("detail");
      json.writeStringField("requestId", id);
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(text.toString());
  }

  /** Whole seconds, rounded up, at least one. */
  private static String seconds(Duration wait) {
    return String.valueOf(Math.max(1, wait.plusMillis(999).toSeconds()));
  }
}
