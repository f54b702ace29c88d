package dev.entrepot.edge.peer;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.edge.origin.Body;
import dev.entrepot.edge.origin.PulledPieces;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import java.util.Optional;
import java.util.OptionalLong;

/** A neighbour's answer, pulled. It ends only when every byte that was announced has come. */
final class PeerBody implements Body, PulledPieces.Events {
  private static final int CHECKS_PER_SILENCE = 4;

  /** The neighbour that sends, and who is to know how it does. */
  interface Sender {
    void sent(int bytes);

    /** All has come. */
    void ended();

    /** It is the neighbour's fault that no more comes. */
    void broke(String how);

    /** What it sent was not what it was asked for. */
    void lied();

    /** Succeeds when it lives. */
    Future<Void> pulse();
  }

  private final Vertx vertx;
  private final PulledPieces pieces;
  private final String peer;
  private final long expected;
  private final PeerLimits limits;
  private final Sender sender;
  private final long timer;
  private volatile boolean asking;

  /**
   * Takes over a paused response.
   *
   * @param sender is told what its neighbour did
   */
  PeerBody(
      Vertx vertx,
      HttpClientResponse response,
      String peer,
      long expected,
      PeerLimits limits,
      Sender sender) {
    this.vertx = vertx;
    this.pieces = new PulledPieces(response);
    this.peer = peer;
    this.expected = expected;
    this.limits = limits;
    this.sender = sender;
    this.timer =
        vertx.setPeriodic(
            Math.max(1, limits.silence().toMillis() / CHECKS_PER_SILENCE), _ -> check());
  }

  void begin() {
    pieces.begin(this);
  }

  @Override
  public Future<Optional<ByteBuf>> read() {
    return pieces.read();
  }

  @Override
  public void cancel() {
    fail("was stopped", () -> {});
  }

  @Override
  public void wrong() {
    sender.lied();
  }

  @Override
  public void arrived(int bytes) {
    sender.sent(bytes);
  }

  @Override
  public void ended(long bytes) {
    if (bytes != expected) {
      fault("ended with " + bytes + " bytes of " + expected);
      return;
    }
    sender.ended();
    vertx.cancelTimer(timer);
    pieces.finish();
  }

  @Override
  public void broke() {
    fault("broke off");
  }

  /** One that lives may be waiting itself; one that does not is not waited for. */
  private void check() {
    OptionalLong since = pieces.waitingSince();
    long silent = since.isPresent() ? System.nanoTime() - since.getAsLong() : 0;
    if (silent > limits.stall().toNanos()) {
      fault("stalled");
    } else if (silent >= limits.silence().toNanos() && !asking) {
      asking = true;
      sender
          .pulse()
          .onComplete(done -> {
            asking = false;
            if (done.failed() && pieces.waitingSince().equals(since)) {
              fault("stalled, and it does not live");
            }
          });
    }
  }

  /** Whoever waits here and now asks again must find that this neighbour is not well. */
  private void fault(String how) {
    fail(how, () -> sender.broke(how));
  }

  private void fail(String how, Runnable first) {
    vertx.cancelTimer(timer);
    pieces.fail(
        new Failure.OriginUnreachable(peer, "a neighbour's answer " + how).asException(), first);
  }
}
