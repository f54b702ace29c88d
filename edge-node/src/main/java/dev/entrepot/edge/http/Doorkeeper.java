package dev.entrepot.edge.http;

import dev.entrepot.edge.access.ClientAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Stands at a listening socket: counts connections, turns away too many, and guards each one. */
@Sharable
final class Doorkeeper extends ChannelInboundHandlerAdapter {
  private final DoorLimits limits;
  private final DoorTimeouts timeouts;
  private final Listener listener;
  private final Predicate<InetAddress> trustedProxies;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentMap<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();

  Doorkeeper(
      DoorLimits limits,
      DoorTimeouts timeouts,
      Listener listener,
      Predicate<InetAddress> trustedProxies) {
    this.limits = limits;
    this.timeouts = timeouts;
    this.listener = listener;
    this.trustedProxies = trustedProxies;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    Channel child = (Channel) accepted;
    if (child.remoteAddress() instanceof InetSocketAddress socket
        && letIn(child, ClientAddress.normalised(socket.getAddress()))) {
      boolean sniff = listener.tls().isEmpty() && !listener.proxyProtocol();
      child.pipeline().addFirst(new ConnectionGuard(timeouts, sniff));
      ctx.fireChannelRead(child);
    } else {
      child.unsafe().closeForcibly();
    }
  }

  private boolean letIn(Channel child, InetAddress address) {
    boolean proxy = trustedProxies.test(address);
    if (listener.proxyProtocol() && !proxy) {
      return false;
    }
    int here = perAddress.merge(address, 1, Integer::sum);
    int all = open.incrementAndGet();
    if (all > limits.connections() || (!proxy && here > limits.connectionsPerAddress())) {
      left(address);
      return false;
    }
    child.closeFuture().addListener(_ -> left(address));
    return true;
  }

  private void left(InetAddress address) {
    open.decrementAndGet();
    perAddress.computeIfPresent(address, (_, count) -> count > 1 ? count - 1 : null);
  }
}
