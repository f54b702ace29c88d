package dev.entrepot.common.net;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Addresses that are not public (IANA special-purpose registries, RFC 6890 and later): nothing that
 * a stranger names may lead there. IPv6 forms that carry an IPv4 address are judged by that one.
 */
public final class SpecialRanges {
  private static final List<Cidr> NOT_PUBLIC =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4",
              "::/128",
              "::1/128",
              "64:ff9b:1::/48",
              "100::/64",
              "2001:db8::/32",
              "3fff::/20",
              "5f00::/16",
              "fc00::/7",
              "fe80::/10",
              "fec0::/10",
              "ff00::/8")
          .map(Cidr::parse)
          .toList();
  private static final Cidr LOOPBACK_V4 = Cidr.parse("127.0.0.0/8");
  private static final Cidr LOOPBACK_V6 = Cidr.parse("::1/128");
  private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");
  private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");
  private static final Cidr COMPATIBLE = Cidr.parse("::/96");
  private static final Cidr TEREDO = Cidr.parse("2001::/32");

  private SpecialRanges() {}

  /** Whether an address is one of the public Internet. */
  public static boolean isPublic(InetAddress address) {
    InetAddress normal = IpAddresses.normalize(address);
    return NOT_PUBLIC.stream().noneMatch(range -> range.contains(normal))
        && !TEREDO.contains(normal)
        && embedded(normal).map(SpecialRanges::isPublic).orElse(true);
  }

  /** Whether an address is this machine. */
  public static boolean isLoopback(InetAddress address) {
    return LOOPBACK_V4.contains(address) || LOOPBACK_V6.contains(address);
  }

  private static Optional<InetAddress> embedded(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (NAT64.contains(address) || COMPATIBLE.contains(address)) {
      return Optional.of(IpAddresses.of(Arrays.copyOfRange(bytes, 12, 16)));
    }
    return SIX_TO_FOUR.contains(address)
        ? Optional.of(IpAddresses.of(Arrays.copyOfRange(bytes, 2, 6)))
        : Optional.empty();
  }
}
