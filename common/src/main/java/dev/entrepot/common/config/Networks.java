package dev.entrepot.common.config;

import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.net.IpAddresses;

/**
 * Networks as settings write them: {@code 10.0.0.0/8}, {@code fc00::/7}, or one address. What
 * passes here is what {@link Cidr} reads, since that is what edges read it with.
 */
final class Networks {
  private static final int V4_BITS = 32;
  private static final int V6_BITS = 128;

  private Networks() {}

  /** The network with its prefix length; {@link IllegalArgumentException} if it is none. */
  static String parse(String text) {
    var _ = Cidr.parse(text);
    if (text.indexOf('/') >= 0) {
      return text;
    }
    return text + "/" + (text.indexOf(':') < 0 ? V4_BITS : V6_BITS);
  }

  /** The same text if it is an IPv6 address; {@link IllegalArgumentException} otherwise. */
  static String v6(String text) {
    if (text.indexOf(':') < 0 || IpAddresses.parse(text).isEmpty()) {
      throw new IllegalArgumentException("not an IPv6 address");
    }
    return text;
  }
}
