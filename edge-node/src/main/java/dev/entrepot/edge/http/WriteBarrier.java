package dev.entrepot.edge.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.ContextInternal;

/** Tells when everything that stands in a connection's queues now has left them. */
record WriteBarrier(Channel channel, ContextInternal context) {

  /** The barrier of the connection that a request came over. */
  static WriteBarrier of(HttpServerRequest request) {
    HttpServerConnection connection = (HttpServerConnection) request.connection();
    return new WriteBarrier(connection.channelHandlerContext().channel(), connection.context());
  }

  /**
   * Closes the connection now, whatever is queued: from the pipeline's first place, because further
   * back Vert.x would wait for a client that takes nothing, and TLS would take its leave tidily.
   */
  void hangUp() {
    ChannelHandlerContext first = channel.pipeline().firstContext();
    var _ = first == null ? channel.close() : first.close();
  }

  /** Completes, on the event loop, when what is queued now has been sent or dropped. */
  Future<Void> passed() {
    Promise<Void> promise = Promise.promise();
    ChannelPromise written = channel.newPromise();
    written.addListener(_ -> promise.complete());
    ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
    if (!channel.isActive()) {
      // Not at once: the queue may be in the middle of failing what it holds.
      channel.eventLoop().execute(written::trySuccess);
    } else if (tls == null) {
      ChannelHandlerContext first = channel.pipeline().firstContext();
      var _ = first.writeAndFlush(Unpooled.EMPTY_BUFFER, written);
    } else {
      throughTls((SslHandler) tls.handler(), tls, written);
    }
    return promise.future();
  }

  private static void throughTls(SslHandler handler, ChannelHandlerContext tls, ChannelPromise it) {
    try {
      handler.write(tls, Unpooled.EMPTY_BUFFER, it);
      handler.flush(tls);
    } catch (Exception e) {
      it.tryFailure(e);
    }
  }
}
