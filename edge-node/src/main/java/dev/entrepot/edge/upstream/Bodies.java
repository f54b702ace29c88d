package dev.entrepot.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.OptionalLong;

/** Reads or discards the bodies of one upstream's answers. */
record Bodies(
    Vertx vertx, Failures failures, UpstreamSettings settings, UpstreamObserver observer) {

  /** The body as it comes. */
  OriginBody open(Ask ask, Reply reply, OptionalLong expected) {
    return OriginBody.of(
        vertx,
        reply.response(),
        expected,
        failures,
        ask.kind(),
        observer,
        settings.timeouts().stall());
  }

  /** The whole body, which must not be longer than the limit, nor encoded. */
  Future<byte[]> small(Ask ask, Reply reply, int limit) {
    if (reply.isEncoded()) {
      discard(ask, reply);
      return Future.failedFuture(failures.lied("an answer is encoded although we forbade it"));
    }
    OptionalLong length = reply.contentLength();
    return SmallBody.read(open(ask, reply, length), length, limit, ask.deadline(), failures);
  }

  void discard(Ask ask, Reply reply) {
    reply.discard(vertx, ask.isHead());
  }
}
