package dev.entrepot.edge.upstream;

import dev.entrepot.edge.origin.Body;
import dev.entrepot.edge.origin.PulledPieces;
import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** A response's body, pulled. It ends only when every byte that was announced has come. */
final class OriginBody implements Body, PulledPieces.Events {
  private static final int CHECKS_PER_STALL = 4;

  private final Vertx vertx;
  private final PulledPieces pieces;
  private final OptionalLong expected;
  private final Failures failures;
  private final Kind kind;
  private final UpstreamObserver observer;
  private final Duration stall;
  private final long stallTimer;

  private OriginBody(
      Vertx vertx,
      HttpClientResponse response,
      OptionalLong expected,
      Failures failures,
      Kind kind,
      UpstreamObserver observer,
      Duration stall) {
    this.vertx = vertx;
    this.pieces = new PulledPieces(response);
    this.expected = expected;
    this.failures = failures;
    this.kind = kind;
    this.observer = observer;
    this.stall = stall;
    long period = Math.max(1, stall.toMillis() / CHECKS_PER_STALL);
    this.stallTimer = vertx.setPeriodic(period, _ -> check());
  }

  /**
   * Takes over a paused response.
   *
   * @param expected how many bytes there must be, if known
   */
  static OriginBody of(
      Vertx vertx,
      HttpClientResponse response,
      OptionalLong expected,
      Failures failures,
      Kind kind,
      UpstreamObserver observer,
      Duration stall) {
    OriginBody body = new OriginBody(vertx, response, expected, failures, kind, observer, stall);
    body.pieces.begin(body);
    return body;
  }

  @Override
  public Future<Optional<ByteBuf>> read() {
    return pieces.read();
  }

  @Override
  public void cancel() {
    fail(failures.unreachable("the transfer was stopped"));
  }

  @Override
  public void arrived(int bytes) {
    observer.received(failures.upstream(), kind, bytes);
  }

  @Override
  public void ended(long bytes) {
    if (expected.isPresent() && bytes < expected.getAsLong()) {
      fail(failures.unreachable("a body ended too early"));
    } else if (expected.isPresent() && bytes > expected.getAsLong()) {
      fail(failures.lied("a body is longer than announced"));
    } else {
      vertx.cancelTimer(stallTimer);
      pieces.finish();
    }
  }

  @Override
  public void broke() {
    fail(failures.unreachable("a body broke off"));
  }

  private void check() {
    OptionalLong since = pieces.waitingSince();
    if (since.isPresent() && System.nanoTime() - since.getAsLong() > stall.toNanos()) {
      fail(failures.timeout("a body stalled"));
    }
  }

  private void fail(Throwable cause) {
    vertx.cancelTimer(stallTimer);
    pieces.fail(cause, () -> {});
  }
}
