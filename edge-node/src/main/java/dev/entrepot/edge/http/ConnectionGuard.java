package dev.entrepot.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Bounds one connection before HTTP sees its bytes: how many there may be, how long a request's
 * head may take, how long nothing may be asked, and what is no HTTP at all. Frameworks' idle clocks
 * do not do: one byte a minute keeps them from ever striking, and a client that waits for a slow
 * upstream would be cut off.
 */
final class ConnectionGuard extends ChannelDuplexHandler {
  static final AttributeKey<ConnectionGuard> KEY =
      AttributeKey.valueOf(ConnectionGuard.class, "guard");

  private static final int TLS_HANDSHAKE = 0x16;

  /** Clients written in Go recognize these words, and then try plain HTTP where they may. */
  private static final byte[] HTTP_HERE =
      """
      HTTP/1.0 400 Bad Request
      Content-Type: text/plain
      Connection: close

      Client sent an HTTPS request to an HTTP server.
      """
          .replace("\n", "\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final DoorLimits limits;
  private final Connections connections;
  private State state = State.HEAD;
  private boolean first = true;
  private boolean counted;
  private int newlines;
  private int running;
  private long since = System.nanoTime();

  private enum State {
    /** Waiting for a head, or in the middle of one. */
    HEAD,
    /** A head has come; nothing of the next one yet. */
    BETWEEN,
    /** HTTP/2 has its own frames and limits. */
    FRAMES
  }

  ConnectionGuard(DoorLimits limits, Connections connections) {
    this.limits = limits;
    this.connections = connections;
  }

  /** A request has begun; on the connection's event loop. */
  void began() {
    running++;
  }

  /** A request is over; on the connection's event loop. */
  void ended() {
    running--;
    since = System.nanoTime();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.channel().attr(KEY).set(this);
    counted = connections.admit(address(context));
    if (!counted) {
      var _ = context.close();
      return;
    }
    since = System.nanoTime();
    watch(context, limits.header().toNanos());
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (counted) {
      counted = false;
      connections.leave(address(context));
    }
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes && bytes.isReadable()) {
      if (first && bytes.getUnsignedByte(bytes.readerIndex()) == TLS_HANDSHAKE) {
        ReferenceCountUtil.release(message);
        context
            .writeAndFlush(Unpooled.wrappedBuffer(HTTP_HERE))
            .addListener(ChannelFutureListener.CLOSE);
        return;
      }
      follow(bytes);
      first = false;
    }
    context.fireChannelRead(message);
  }

  private void follow(ByteBuf bytes) {
    if (first && bytes.getByte(bytes.readerIndex()) == 'P' && isPreface(bytes)) {
      state = State.FRAMES;
    }
    if (state == State.FRAMES) {
      return;
    }
    if (state == State.BETWEEN) {
      state = State.HEAD;
      since = System.nanoTime();
      newlines = 0;
    }
    bytes.forEachByte(value -> {
      if (value == '\n') {
        newlines++;
      } else if (value != '\r') {
        newlines = 0;
      }
      return newlines < 2;
    });
    if (newlines >= 2) {
      state = State.BETWEEN;
      since = System.nanoTime();
    }
  }

  private static boolean isPreface(ByteBuf bytes) {
    return bytes.readableBytes() >= 3 && bytes.getByte(bytes.readerIndex() + 1) == 'R';
  }

  /** Looks again when the clock that runs now would have run out. */
  private void watch(ChannelHandlerContext context, long nanos) {
    var _ =
        context
            .executor()
            .schedule(() -> check(context), Math.max(nanos, 1_000_000), TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext context) {
    if (!context.channel().isActive()) {
      return;
    }
    if (running > 0) {
      watch(context, limits.header().toNanos());
      return;
    }
    long limit = state == State.HEAD ? limits.header().toNanos() : limits.idle().toNanos();
    long left = since + limit - System.nanoTime();
    if (left <= 0) {
      var _ = context.close();
    } else {
      watch(context, left);
    }
  }

  private static java.net.InetAddress address(ChannelHandlerContext context) {
    return ((InetSocketAddress) context.channel().remoteAddress()).getAddress();
  }
}
