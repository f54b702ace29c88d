package dev.entrepot.control.fleet;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hangs up on a connection that has not begun in time, however its bytes drip. Stands in a
 * connection's pipeline from the moment it is accepted: Vert.x shows an HTTP/2 connection only when
 * the client's settings have come, and they may never come.
 */
final class Arrival extends ChannelInboundHandlerAdapter {
  private final Duration most;
  private @Nullable Future<?> deadline;

  /** One for each connection, which begins within so long or is closed. */
  Arrival(Duration most) {
    this.most = most;
  }

  /** The connection has begun; others watch over it now. On its event loop. */
  static void over(Channel connection) {
    if (connection.pipeline().get(Arrival.class) != null) {
      connection.pipeline().remove(Arrival.class);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline =
        ctx.executor()
            .schedule(() -> HangUp.on(ctx.channel()), most.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Comes too when the connection is closed. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    Future<?> waiting = deadline;
    deadline = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
