package dev.entrepot.control.fleet;

import dev.entrepot.control.policy.Published;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * One edge that listens: whole lines, in pieces as the connection takes them, so that an edge that
 * does not read costs one piece and no more. Of documents that wait only the newest is sent. On the
 * connection's event loop, but for {@link #offer} and {@link #drop}.
 */
final class SnapshotStream {
  private static final int PIECE = 32 << 10;
  private static final Buffer BEAT = Buffer.buffer("\n");

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final X509Certificate peer;
  private final int mostStalledBeats;
  private byte[] line = new byte[0];
  private int sent;
  private @Nullable Published next;
  private long newest;
  private int stalledBeats;

  SnapshotStream(
      HttpServerRequest request, Context context, X509Certificate peer, StreamRules rules) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.peer = peer;
    this.mostStalledBeats =
        Math.toIntExact(Math.max(1, rules.stall().dividedBy(rules.heartbeat())));
  }

  void begin() {
    response.setChunked(true).putHeader("content-type", "text/plain; charset=us-ascii");
    response.putHeader("cache-control", "no-store").putHeader("x-accel-buffering", "no");
    response.drainHandler(_ -> {
      stalledBeats = 0;
      pump();
    });
  }

  X509Certificate peer() {
    return peer;
  }

  /** Sends this after what is under way, unless something newer comes. */
  void offer(Published published) {
    context.runOnContext(_ -> {
      if (published.version() > newest) {
        newest = published.version();
        next = published;
        pump();
      }
    });
  }

  /** An empty line for an edge that has everything; false for one that has stalled for too long. */
  boolean beat() {
    boolean waiting = sent < line.length || response.writeQueueFull();
    if (!waiting) {
      response.write(BEAT);
      return true;
    }
    stalledBeats++;
    return stalledBeats < mostStalledBeats;
  }

  /** Ends it in the middle; the edge sees a broken connection. */
  void drop() {
    context.runOnContext(_ -> HangUp.on(request.connection()));
  }

  /** Ends it in good order, between two lines if possible. */
  void end() {
    context.runOnContext(_ -> {
      if (sent == line.length && !response.ended() && !response.closed()) {
        response.end();
      } else {
        HangUp.on(request.connection());
      }
    });
  }

  private void pump() {
    while (!response.closed() && !response.ended() && !response.writeQueueFull()) {
      if (sent == line.length) {
        if (next == null) {
          return;
        }
        line = next.line();
        sent = 0;
        next = null;
      }
      int length = Math.min(PIECE, line.length - sent);
      response.write(Buffer.buffer(length).appendBytes(line, sent, length));
      sent += length;
    }
  }
}
