package dev.entrepot.control.fleet;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/** Ends connections of those who take nothing. */
final class HangUp {
  private HangUp() {}

  /**
   * Closes the connection now, whatever is queued: from the pipeline's first place, because further
   * back Vert.x would wait for a client that takes nothing, and TLS would take its leave tidily.
   * Callable from any thread.
   */
  static void on(HttpConnection connection) {
    on(channel(connection));
  }

  /** The same for a connection that Vert.x may not know yet. */
  static void on(Channel channel) {
    ChannelHandlerContext first = channel.pipeline().firstContext();
    var _ = first == null ? channel.close() : first.close();
  }

  /** What the connection runs over. */
  static Channel channel(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().channel();
  }
}
