package dev.entrepot.control.fleet;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.net.IpAddresses;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands at the listening socket: counts connections from the moment they are accepted, so that
 * those count too that never begin a TLS handshake, turns away too many, and lets none stay that
 * does not begin.
 */
@Sharable
final class Gate extends ChannelInboundHandlerAdapter {
  private final ControlSettings.Limits limits;
  private final Duration most;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();

  Gate(ControlSettings.Limits limits) {
    this.limits = limits;
    this.most = limits.requestTimeout().multipliedBy(2); // a handshake, and what is said first
  }

  /** How many connections there are. */
  int count() {
    return all.get();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    Channel connection = (Channel) accepted;
    if (connection.remoteAddress() instanceof InetSocketAddress client
        && letIn(connection, IpAddresses.subscriber(client.getAddress()))) {
      connection.pipeline().addFirst(new Arrival(most));
      ctx.fireChannelRead(connection);
    } else {
      connection.unsafe().closeForcibly();
    }
  }

  private boolean letIn(Channel connection, InetAddress address) {
    int here = perAddress.merge(address, 1, Integer::sum);
    int everywhere = all.incrementAndGet();
    if (everywhere > limits.connections() || here > limits.connectionsPerAddress()) {
      left(address);
      return false;
    }
    connection.closeFuture().addListener(_ -> left(address));
    return true;
  }

  private void left(InetAddress address) {
    all.decrementAndGet();
    perAddress.computeIfPresent(address, (_, count) -> count > 1 ? count - 1 : null);
  }
}
