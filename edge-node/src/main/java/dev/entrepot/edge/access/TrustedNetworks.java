package dev.entrepot.edge.access;

import dev.entrepot.common.net.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Networks whose clients need no token. An address behind which anybody may be, such as the gateway
 * through which a container's published port is reached, is not trusted for lying in a trusted
 * network; only when it is listed by itself.
 */
public final class TrustedNetworks implements Predicate<InetAddress> {
  private static final String NOT_HERE =
      "this address may not pull here; access.trusted-networks lists the networks that may";
  private final List<Cidr> networks;
  private final Set<InetAddress> gateways;

  /**
   * @param gateways addresses that stand for anybody
   */
  public TrustedNetworks(List<Cidr> networks, Set<InetAddress> gateways) {
    this.networks = List.copyOf(networks);
    this.gateways = Set.copyOf(gateways);
  }

  @Override
  public boolean test(InetAddress client) {
    return networks.stream().anyMatch(network -> network.contains(client))
        && (!gateways.contains(client) || networks.contains(Cidr.single(client)));
  }

  /** What to tell a client that is not trusted. */
  String refusal(InetAddress client) {
    return gateways.contains(client)
        ? "whoever comes through the published port of a container has this address; run it with"
            + " the host's network, or add "
            + Cidr.single(client)
            + " to access.trusted-networks if only trusted machines reach that port"
        : NOT_HERE;
  }
}
