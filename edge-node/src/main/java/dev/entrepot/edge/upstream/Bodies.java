package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.edge.origin.Body;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bodies of one upstream's answers: piece by piece, or whole when they are small. */
final class Bodies {
  private final String upstream;
  private final Vertx vertx;
  private final UpstreamSettings settings;
  private final UpstreamObserver observer;

  Bodies(String upstream, Vertx vertx, UpstreamSettings settings, UpstreamObserver observer) {
    this.upstream = upstream;
    this.vertx = vertx;
    this.settings = settings;
    this.observer = observer;
  }

  Body of(Exchange.Received received) {
    return PulledBody.of(upstream, vertx, received, settings.stall(), observer);
  }

  /** The whole body; fails with {@code OriginLied} when it is longer than {@code most} bytes. */
  Future<Buffer> whole(Exchange.Received received, int most) {
    Body body = of(received);
    return gather(body, Buffer.buffer(), most)
        .timeout(settings.small().toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> {
          body.cancel();
          return Future.failedFuture(
              cause instanceof TimeoutException
                  ? new Failure.OriginTimeout(upstream, "took too long to send a small body")
                      .asException()
                  : cause);
        });
  }

  private Future<Buffer> gather(Body body, Buffer gathered, int most) {
    return body.read().compose(piece -> add(body, gathered, piece, most));
  }

  private Future<Buffer> add(Body body, Buffer gathered, Optional<ByteBuf> piece, int most) {
    if (piece.isEmpty()) {
      return Future.succeededFuture(gathered);
    }
    ByteBuf bytes = piece.get();
    try {
      if (gathered.length() + bytes.readableBytes() > most) {
        return Future.failedFuture(
            new Failure.OriginLied(upstream, "sent more than " + most + " bytes for a small body")
                .asException());
      }
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      gathered.appendBytes(copy);
    } finally {
      bytes.release();
    }
    return gather(body, gathered, most);
  }
}
