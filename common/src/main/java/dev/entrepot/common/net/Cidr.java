package dev.entrepot.common.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses (RFC 4632, RFC 4291 section 2.3). Compares bytes, never text.
 *
 * @param network the first address; all bits behind the prefix are zero
 * @param prefix how many leading bits count: 0 to 32, or to 128 for IPv6
 */
public record Cidr(InetAddress network, int prefix) {
  private static final int MAPPED_BITS = 96;

  public Cidr {
    if (prefix < 0 || prefix > bits(network)) {
      throw new IllegalArgumentException("prefix length out of bounds: " + prefix);
    }
    if (hasHostBits(network.getAddress(), prefix)) {
      throw new IllegalArgumentException(
          network.getHostAddress() + "/" + prefix + " has bits set behind its prefix");
    }
  }

  /**
   * Reads {@code 10.0.0.0/8}, {@code fc00::/7}, or a single address. An IPv4-mapped network becomes
   * IPv4.
   *
   * @throws IllegalArgumentException when it is no literal, the prefix is out of bounds, or bits
   *     are set behind the prefix ({@code 10.0.0.1/8}): better to refuse than to guess
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    InetAddress network =
        IpAddresses.parse(literal)
            .orElseThrow(() -> new IllegalArgumentException("not an address range: " + text));
    if (slash < 0) {
      return new Cidr(network, bits(network));
    }
    int prefix = prefix(text.substring(slash + 1), text);
    boolean mapped = network instanceof Inet4Address && literal.indexOf(':') >= 0;
    return new Cidr(network, mapped ? prefix - MAPPED_BITS : prefix);
  }

  /** Whether the address lies in this range; one of the other family never does. */
  public boolean contains(InetAddress address) {
    byte[] theirs = address.getAddress();
    byte[] ours = network.getAddress();
    return theirs.length == ours.length && samePrefix(ours, theirs);
  }

  /** The whole range of one address. */
  public static Cidr single(InetAddress address) {
    return new Cidr(IpAddresses.address(address.getAddress()), bits(address));
  }

  /** The range, when the text is one. */
  public static Optional<Cidr> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefix;
  }

  private boolean samePrefix(byte[] ours, byte[] theirs) {
    for (int i = 0; i < ours.length; i++) {
      int mask = mask(i);
      if ((ours[i] & mask) != (theirs[i] & mask)) {
        return false;
      }
    }
    return true;
  }

  private int mask(int index) {
    return mask(index, prefix);
  }

  private static int mask(int index, int prefix) {
    int counted = Math.clamp(prefix - index * 8L, 0, 8);
    return (0xff << (8 - counted)) & 0xff;
  }

  private static boolean hasHostBits(byte[] raw, int prefix) {
    for (int i = 0; i < raw.length; i++) {
      if ((raw[i] & ~mask(i, prefix) & 0xff) != 0) {
        return true;
      }
    }
    return false;
  }

  private static int bits(InetAddress address) {
    return address.getAddress().length * 8;
  }

  private static int prefix(String digits, String whole) {
    boolean plain =
        !digits.isEmpty()
            && digits.length() <= 3
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.length() == 1 || digits.charAt(0) != '0');
    if (!plain) {
      throw new IllegalArgumentException("not an address range: " + whole);
    }
    return Integer.parseInt(digits);
  }
}
