package dev.entrepot.control.fleet;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Reads small bodies and answers in JSON. */
final class Answers {
  private Answers() {}

  static void send(HttpServerRequest request, Answer answer) {
    HttpServerResponse response = request.response();
    if (response.headWritten() || response.closed()) {
      return;
    }
    response
        .setStatusCode(answer.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(Buffer.buffer(answer.json()));
  }

  static void error(HttpServerRequest request, int status, String sentence) {
    send(request, Answer.error(status, sentence));
  }

  static void wrongMethod(HttpServerRequest request, String allowed) {
    request.response().putHeader(HttpHeaders.ALLOW, allowed);
    error(request, 405, "this address knows only " + allowed);
  }

  /** The body; when there is too much of it, the request is answered here and nothing comes. */
  static Future<byte[]> body(HttpServerRequest request, int most) {
    Promise<byte[]> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    request.handler(piece -> {
      if (body.length() + piece.length() <= most) {
        body.appendBuffer(piece);
      } else {
        request.handler(_ -> {});
        request.endHandler(_ -> {});
        request.response().putHeader(HttpHeaders.CONNECTION, "close");
        error(request, 413, "the body has more than " + most + " bytes");
      }
    });
    request.exceptionHandler(whole::tryFail);
    request.endHandler(_ -> whole.tryComplete(body.getBytes()));
    return whole.future();
  }
}
