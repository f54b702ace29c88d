package dev.entrepot.edge.upstream;

import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.net.IpAddresses;
import dev.entrepot.common.net.SpecialRanges;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which addresses an upstream's requests may reach. Public ones always; others only in its {@code
 * private-networks}, or where its own urls lie: an upstream on this machine may send us to another
 * port of this machine, one at a private address to that address, and none to the rest. Decided on
 * the very address that is connected to, so that a name which changes its meaning between a check
 * and a connection gains nothing.
 */
final class Targets {
  private final NameResolver resolver;
  private final List<Cidr> privateNetworks;
  private final boolean trustedHosts;
  private final Set<String> ownHosts;
  private final Set<InetAddress> ownAddresses = ConcurrentHashMap.newKeySet();

  /** A place that may not be reached. */
  static final class ForbiddenTarget extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    ForbiddenTarget(String why) {
      super(why, null, false, false);
      this.why = why;
    }

    String why() {
      return why;
    }
  }

  Targets(NameResolver resolver, UpstreamConfig config, Set<String> ownHosts) {
    this.resolver = resolver;
    this.privateNetworks = config.privateNetworks();
    this.trustedHosts = config.trustedHosts();
    this.ownHosts = ownHosts;
  }

  /**
   * The addresses at which a target may be reached, in the order in which to try. Fails with {@link
   * ForbiddenTarget} when there are only others.
   */
  Future<List<InetAddress>> addresses(Target target) {
    boolean own = ownHosts.contains(target.host());
    return resolver
        .resolve(target.host())
        .compose(found -> {
          List<InetAddress> normal = found.stream().map(IpAddresses::normalize).toList();
          if (own && trustedHosts) {
            ownAddresses.addAll(normal);
          }
          List<InetAddress> allowed = normal.stream().filter(this::mayReach).toList();
          return allowed.isEmpty()
              ? Future.failedFuture(new ForbiddenTarget(explain(target, normal)))
              : Future.succeededFuture(allowed);
        });
  }

  private boolean mayReach(InetAddress address) {
    return SpecialRanges.isPublic(address)
        || ownAddresses.contains(address)
        || privateNetworks.stream().anyMatch(range -> range.contains(address))
        || (SpecialRanges.isLoopback(address)
            && ownAddresses.stream().anyMatch(SpecialRanges::isLoopback));
  }

  private static String explain(Target target, List<InetAddress> found) {
    return target.authority()
        + " lies at "
        + (found.isEmpty() ? "no address" : found.getFirst().getHostAddress())
        + ", which is not public; private-networks of the upstream can allow it";
  }
}
