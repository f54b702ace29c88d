package dev.entrepot.control.fleet;

import dev.entrepot.common.config.ControlSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands at the listening socket: counts connections from the moment they are accepted, so that
 * those count too that never begin a TLS handshake, and turns away too many.
 */
@Sharable
final class Gate extends ChannelInboundHandlerAdapter {
  private final ControlSettings.Limits limits;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();

  Gate(ControlSettings.Limits limits) {
    this.limits = limits;
  }

  /** How many connections there are. */
  int count() {
    return all.get();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    Channel connection = (Channel) accepted;
    if (connection.remoteAddress() instanceof InetSocketAddress client
        && letIn(connection, client.getAddress())) {
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
