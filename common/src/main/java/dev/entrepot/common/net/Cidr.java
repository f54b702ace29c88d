package dev.entrepot.common.net;

import java.net.InetAddress;

/**
 * A range of addresses in CIDR notation (RFC 4632, RFC 4291).
 *
 * @param network the first address; IPv4-mapped forms are IPv4 here
 * @param prefix leading bits that all addresses of the range share
 */
public record Cidr(InetAddress network, int prefix) {

  public Cidr {
    network = IpAddresses.normalize(network);
    byte[] bytes = network.getAddress();
    if (prefix < 0 || prefix > bytes.length * 8) {
      throw new IllegalArgumentException("a prefix must be 0 to " + bytes.length * 8);
    }
    for (int bit = prefix; bit < bytes.length * 8; bit++) {
      if (bit(bytes, bit)) {
        throw new IllegalArgumentException("has bits set behind its prefix of " + prefix);
      }
    }
  }

  /**
   * Reads {@code address/prefix}; an address alone is a range of one.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    InetAddress network =
        IpAddresses.parse(address)
            .orElseThrow(() -> new IllegalArgumentException("not an IP address: " + address));
    int bits = network.getAddress().length * 8;
    return new Cidr(network, slash < 0 ? bits : prefix(text.substring(slash + 1), address, bits));
  }

  /** Whether an address lies in the range; IPv4-mapped IPv6 counts as IPv4. */
  public boolean contains(InetAddress address) {
    byte[] mine = network.getAddress();
    byte[] other = IpAddresses.normalize(address).getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      if (bit(mine, bit) != bit(other, bit)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefix;
  }

  private static int prefix(String digits, String address, int bits) {
    if (!digits.matches("0|[1-9]\\d{0,2}")) {
      throw new IllegalArgumentException("not a prefix length: " + digits);
    }
    int prefix = Integer.parseInt(digits);
    boolean mapped = bits == 32 && address.indexOf(':') >= 0;
    if (mapped && prefix < 96) {
      throw new IllegalArgumentException("an IPv4-mapped range needs a prefix of 96 or more");
    }
    return mapped ? prefix - 96 : prefix;
  }

  private static boolean bit(byte[] bytes, int bit) {
    return (bytes[bit / 8] >> (7 - bit % 8) & 1) == 1;
  }
}
