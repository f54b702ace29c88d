package dev.entrepot.edge.upstream;

import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.net.SpecialRanges;
import dev.entrepot.common.net.SpecialRanges.Kind;
import dev.entrepot.common.net.SpecialRanges.Special;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which addresses one upstream may make us connect to. Public ones always; others only when they
 * are configured, or when the upstream itself is private: then its own hosts, and whatever lies in
 * the same special range. A cloud's credential address is never implied.
 *
 * @param ownHosts hosts of the upstream's urls
 * @param privateNetworks the configured ranges
 */
record Reach(Set<String> ownHosts, List<Cidr> privateNetworks) {
  private static final Set<Kind> IMPLIED =
      Set.of(Kind.LOOPBACK, Kind.PRIVATE, Kind.SHARED, Kind.LINK_LOCAL);

  Reach {
    ownHosts = Set.copyOf(ownHosts);
    privateNetworks = List.copyOf(privateNetworks);
  }

  /**
   * Whether we may connect.
   *
   * @param base addresses of the url with which the exchange began
   */
  boolean allows(Target target, InetAddress address, List<InetAddress> base) {
    return SpecialRanges.isPublic(address)
        || privateNetworks.stream().anyMatch(range -> range.contains(address))
        || (isOwn(target) ? ownMay(target, address) : implied(address, base));
  }

  /** Whether the host is one of the upstream's urls. */
  boolean isOwn(Target target) {
    return ownHosts.contains(target.host());
  }

  private static boolean ownMay(Target target, InetAddress address) {
    return target.literal().isPresent() || isImpliable(address);
  }

  private static boolean implied(InetAddress address, List<InetAddress> base) {
    return isImpliable(address)
        && ranges(base).anyMatch(special -> special.range().contains(address));
  }

  private static boolean isImpliable(InetAddress address) {
    return SpecialRanges.find(address).map(Special::kind).filter(IMPLIED::contains).isPresent();
  }

  private static Stream<Special> ranges(List<InetAddress> base) {
    return base.stream().flatMap(address -> SpecialRanges.find(address).stream());
  }
}
