package dev.entrepot.edge.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.transport.Transport;
import java.util.List;

/**
 * Puts a {@link ConnectionGuard} before everything else on each accepted connection. Vert.x offers
 * no hook that early: its connection handler runs when the protocol has been recognized, and a
 * client that sends nothing, or TLS, never gets there.
 */
public final class GuardedTransport implements Transport {
  private final DoorLimits limits;
  private final Connections connections;

  public GuardedTransport(DoorLimits limits) {
    this.limits = limits;
    this.connections = new Connections(limits.connections(), limits.connectionsPerAddress());
  }

  /** Connections that are open now. */
  public int connections() {
    return connections.count();
  }

  @Override
  public String name() {
    return "guarded nio";
  }

  @Override
  public boolean available() {
    return true;
  }

  @Override
  public Throwable unavailabilityCause() {
    throw new IllegalStateException("it is available");
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return new Implementation(limits, connections);
  }

  private static final class Implementation extends NioTransport {
    private final DoorLimits limits;
    private final Connections connections;

    Implementation(DoorLimits limits, Connections connections) {
      this.limits = limits;
      this.connections = connections;
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
      return domainSocket
          ? super.serverChannelFactory(true)
          : () -> new GuardedServerChannel(limits, connections);
    }
  }

  private static final class GuardedServerChannel extends NioServerSocketChannel {
    private final DoorLimits limits;
    private final Connections connections;

    GuardedServerChannel(DoorLimits limits, Connections connections) {
      this.limits = limits;
      this.connections = connections;
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int before = accepted.size();
      int count = super.doReadMessages(accepted);
      for (Object child : accepted.subList(before, accepted.size())) {
        ((Channel) child).pipeline().addFirst("guard", new ConnectionGuard(limits, connections));
      }
      return count;
    }
  }
}
