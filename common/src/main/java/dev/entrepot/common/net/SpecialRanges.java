package dev.entrepot.common.net;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * The address ranges that are not of the public Internet (IANA special-purpose registries, RFC
 * 6890), and the addresses at which clouds hand out credentials. Java's own tests know neither
 * unique-local IPv6 nor carrier-grade NAT.
 */
public final class SpecialRanges {

  /** What a range is for. */
  public enum Kind {
    /** "This host", {@code 0.0.0.0/8} and {@code ::}. */
    UNSPECIFIED,
    /** The own machine. */
    LOOPBACK,
    /** A site's own addresses: RFC 1918, unique-local IPv6. */
    PRIVATE,
    /** Carrier-grade NAT (RFC 6598). */
    SHARED,
    /** One network segment. */
    LINK_LOCAL,
    /** Where a cloud machine finds its credentials: never dialled by accident. */
    METADATA,
    /** Groups, and the broadcast address. */
    MULTICAST,
    /** Documentation, benchmarks, discard. */
    TEST,
    /** Tunnels and translators whose far end we cannot judge: 6to4, Teredo, IPv4-compatible. */
    TUNNEL,
    /** Not handed out to anybody. */
    RESERVED
  }

  /** A range and what it is for. */
  public record Special(Kind kind, Cidr range) {}

  private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");
  private static final Cidr GLOBAL_V6 = Cidr.parse("2000::/3");

  /** Looked through in order: the narrower before the wider. */
  private static final List<Special> TABLE =
      List.of(
          special(Kind.METADATA, "169.254.169.254/32"),
          special(Kind.METADATA, "169.254.170.2/32"),
          special(Kind.METADATA, "100.100.100.200/32"),
          special(Kind.METADATA, "168.63.129.16/32"),
          special(Kind.METADATA, "fd00:ec2::254/128"),
          special(Kind.METADATA, "fd20:ce::254/128"),
          special(Kind.UNSPECIFIED, "0.0.0.0/8"),
          special(Kind.LOOPBACK, "127.0.0.0/8"),
          special(Kind.PRIVATE, "10.0.0.0/8"),
          special(Kind.PRIVATE, "172.16.0.0/12"),
          special(Kind.PRIVATE, "192.168.0.0/16"),
          special(Kind.SHARED, "100.64.0.0/10"),
          special(Kind.LINK_LOCAL, "169.254.0.0/16"),
          special(Kind.RESERVED, "192.0.0.0/24"),
          special(Kind.TEST, "192.0.2.0/24"),
          special(Kind.TUNNEL, "192.88.99.0/24"),
          special(Kind.TEST, "198.18.0.0/15"),
          special(Kind.TEST, "198.51.100.0/24"),
          special(Kind.TEST, "203.0.113.0/24"),
          special(Kind.MULTICAST, "224.0.0.0/4"),
          special(Kind.MULTICAST, "255.255.255.255/32"),
          special(Kind.RESERVED, "240.0.0.0/4"),
          special(Kind.UNSPECIFIED, "::/128"),
          special(Kind.LOOPBACK, "::1/128"),
          special(Kind.TUNNEL, "::/96"),
          special(Kind.RESERVED, "64:ff9b:1::/48"),
          special(Kind.TEST, "100::/64"),
          special(Kind.TUNNEL, "2001::/23"),
          special(Kind.TEST, "2001:db8::/32"),
          special(Kind.TUNNEL, "2002::/16"),
          special(Kind.TEST, "3fff::/20"),
          special(Kind.PRIVATE, "fc00::/7"),
          special(Kind.LINK_LOCAL, "fe80::/10"),
          special(Kind.PRIVATE, "fec0::/10"),
          special(Kind.MULTICAST, "ff00::/8"));

  private SpecialRanges() {}

  /**
   * Which special range an address lies in; empty for a public one. A NAT64 address counts as the
   * IPv4 address behind it. IPv6 outside {@code 2000::/3} is reserved unless listed.
   */
  public static Optional<Special> find(InetAddress address) {
    if (NAT64.contains(address)) {
      return IpAddresses.embedded(address).flatMap(SpecialRanges::find);
    }
    return listed(address).or(() -> unassigned(address));
  }

  /** Whether the address is one of the public Internet. */
  public static boolean isPublic(InetAddress address) {
    return find(address).isEmpty();
  }

  private static Optional<Special> listed(InetAddress address) {
    return TABLE.stream().filter(special -> special.range().contains(address)).findFirst();
  }

  private static Optional<Special> unassigned(InetAddress address) {
    boolean v6 = address.getAddress().length > 4;
    return v6 && !GLOBAL_V6.contains(address)
        ? Optional.of(new Special(Kind.RESERVED, Cidr.single(address)))
        : Optional.empty();
  }

  private static Special special(Kind kind, String range) {
    return new Special(kind, Cidr.parse(range));
  }
}
