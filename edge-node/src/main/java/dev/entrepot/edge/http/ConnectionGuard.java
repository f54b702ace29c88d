package dev.entrepot.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.impl.ShutdownEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands first in a connection's pipeline and holds it to its deadlines: a request must be complete
 * soon after its first byte, however the bytes drip, and a connection may not rest for ever.
 * Neither counts while an answer is under way. On a plain door it hangs up at once on a TLS
 * greeting, so that clients that try https first go on to http without a wait.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
  /** The content type of a TLS handshake record (RFC 8446 section 5.1). */
  private static final int TLS_HANDSHAKE = 0x16;

  private static final int HTTP2_PREFACE = 'P';

  private final DoorTimeouts timeouts;
  private final boolean plain;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> deadline;
  private int underWay;
  private boolean begun;
  private boolean reading;
  private boolean http2;

  ConnectionGuard(DoorTimeouts timeouts, boolean plain) {
    this.timeouts = timeouts;
    this.plain = plain;
  }

  /** The guard of the connection that a request came over. */
  static Optional<ConnectionGuard> of(HttpServerRequest request) {
    HttpServerConnection connection = (HttpServerConnection) request.connection();
    return Optional.ofNullable(
        connection.channelHandlerContext().pipeline().get(ConnectionGuard.class));
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    closeAfter(timeouts.header());
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!begun && message instanceof ByteBuf bytes && bytes.isReadable()) {
      begun = true;
      int first = bytes.getUnsignedByte(bytes.readerIndex());
      if (plain && first == TLS_HANDSHAKE) {
        bytes.release();
        var _ = ctx.close();
        return;
      }
      http2 = plain && first == HTTP2_PREFACE;
    } else if (underWay == 0 && !reading && !http2) {
      reading = true;
      closeAfter(timeouts.header());
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancel();
    ctx.fireChannelInactive();
  }

  /** A draining server does not wait for connections on which nothing has been asked. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ctx.fireUserEventTriggered(event);
    if (event instanceof ShutdownEvent && underWay == 0) {
      var _ = ctx.close();
    }
  }

  /** A request's headers are complete. */
  void requestBegan(HttpServerRequest request) {
    underWay++;
    reading = false;
    http2 = request.version() == io.vertx.core.http.HttpVersion.HTTP_2;
    cancel();
  }

  /** Its answer is over. */
  void requestOver() {
    underWay--;
    if (underWay == 0) {
      closeAfter(timeouts.idle());
    }
  }

  private void closeAfter(Duration wait) {
    cancel();
    ChannelHandlerContext ctx = context;
    if (ctx != null && ctx.channel().isActive()) {
      deadline = ctx.executor().schedule(() -> hangUp(ctx), wait.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static void hangUp(ChannelHandlerContext ctx) {
    var _ = ctx.close();
  }

  private void cancel() {
    Future<?> waiting = deadline;
    deadline = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
