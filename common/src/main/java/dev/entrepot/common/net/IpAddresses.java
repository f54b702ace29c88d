package dev.entrepot.common.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads address literals, strictly and without ever asking DNS: Java's own look-up takes {@code
 * 127.1}, {@code 2130706433} and {@code 010.0.0.1} for addresses, and other programs read them
 * differently.
 */
public final class IpAddresses {
  private static final int V4_BYTES = 4;
  private static final int V6_BYTES = 16;
  private static final int V6_GROUPS = 8;
  private static final int LONGEST_LITERAL = 45;

  private IpAddresses() {}

  /**
   * The address that a literal stands for: four decimal parts without leading zeros, or an IPv6
   * literal (RFC 4291 section 2.2) with or without brackets. An IPv4-mapped one becomes IPv4. A
   * zone id ({@code %eth0}) is refused. Empty for everything else, names included.
   */
  public static Optional<InetAddress> parse(String text) {
    return bytes(unbracketed(text)).map(IpAddresses::address);
  }

  /**
   * The IPv4 address within an IPv6 address that a translator or tunnel would deliver to: NAT64
   * (RFC 6052), 6to4 (RFC 3056) or IPv4-compatible (RFC 4291). Only for deciding what not to dial:
   * a client that shows such an address has not proved the inner one.
   */
  public static Optional<InetAddress> embedded(InetAddress address) {
    byte[] raw = address.getAddress();
    if (raw.length != V6_BYTES) {
      return Optional.empty();
    }
    if (raw[0] == 0x20 && raw[1] == 0x02) {
      return Optional.of(inner(raw, 2));
    }
    return isNat64(raw) || isCompatible(raw) ? Optional.of(inner(raw, 12)) : Optional.empty();
  }

  /**
   * Whom to count an address to. An IPv4 address stands for itself; an IPv6 one for its /64,
   * because whoever has one address there has them all. Behind a NAT64 are IPv4 addresses, each for
   * itself.
   */
  public static InetAddress subscriber(InetAddress address) {
    byte[] raw = address(address.getAddress()).getAddress(); // a mapped IPv4 address is one
    if (raw.length == V6_BYTES && !isNat64(raw)) {
      Arrays.fill(raw, V6_BYTES / 2, V6_BYTES, (byte) 0);
    }
    return address(raw);
  }

  private static boolean isNat64(byte[] raw) {
    return raw[0] == 0
        && raw[1] == 0x64
        && raw[2] == (byte) 0xff
        && raw[3] == (byte) 0x9b
        && zero(raw, 4, 12);
  }

  private static boolean isCompatible(byte[] raw) {
    return zero(raw, 0, 12) && !zero(raw, 12, 15);
  }

  private static boolean zero(byte[] raw, int from, int to) {
    for (int i = from; i < to; i++) {
      if (raw[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress inner(byte[] raw, int from) {
    return address(new byte[] {raw[from], raw[from + 1], raw[from + 2], raw[from + 3]});
  }

  /** An address of 4 or 16 bytes; an IPv4-mapped one becomes IPv4. */
  static InetAddress address(byte[] raw) {
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
    }
  }

  private static String unbracketed(String text) {
    boolean bracketed = text.length() > 2 && text.startsWith("[") && text.endsWith("]");
    return bracketed && text.indexOf(':') > 0 ? text.substring(1, text.length() - 1) : text;
  }

  private static Optional<byte[]> bytes(String text) {
    if (text.isEmpty() || text.length() > LONGEST_LITERAL) {
      return Optional.empty();
    }
    return text.indexOf(':') < 0 ? v4(text) : v6(text);
  }

  private static Optional<byte[]> v4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != V4_BYTES) {
      return Optional.empty();
    }
    byte[] raw = new byte[V4_BYTES];
    for (int i = 0; i < V4_BYTES; i++) {
      int value = decimal(parts[i]);
      if (value < 0) {
        return Optional.empty();
      }
      raw[i] = (byte) value;
    }
    return Optional.of(raw);
  }

  private static int decimal(String part) {
    if (part.isEmpty() || part.length() > 3 || (part.length() > 1 && part.charAt(0) == '0')) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value <= 255 ? value : -1;
  }

  private static Optional<byte[]> v6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text, true).filter(raw -> raw.length == V6_BYTES);
    }
    if (text.indexOf("::", gap + 1) >= 0) {
      return Optional.empty();
    }
    return groups(text.substring(0, gap), false)
        .flatMap(head -> groups(text.substring(gap + 2), true).flatMap(tail -> joined(head, tail)));
  }

  private static Optional<byte[]> joined(byte[] head, byte[] tail) {
    if (head.length + tail.length > V6_BYTES - 2) {
      return Optional.empty();
    }
    byte[] raw = new byte[V6_BYTES];
    System.arraycopy(head, 0, raw, 0, head.length);
    System.arraycopy(tail, 0, raw, V6_BYTES - tail.length, tail.length);
    return Optional.of(raw);
  }

  /** The bytes of groups between colons; at the literal's end a dotted IPv4 address may stand. */
  private static Optional<byte[]> groups(String text, boolean atEnd) {
    if (text.isEmpty()) {
      return Optional.of(new byte[0]);
    }
    String[] parts = text.split(":", -1);
    byte[] raw = new byte[2 * V6_GROUPS + 2];
    int length = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean dotted = atEnd && i == parts.length - 1 && parts[i].indexOf('.') > 0;
      Optional<byte[]> group = dotted ? v4(parts[i]) : group(parts[i]);
      if (group.isEmpty() || length + group.get().length > V6_BYTES) {
        return Optional.empty();
      }
      System.arraycopy(group.get(), 0, raw, length, group.get().length);
      length += group.get().length;
    }
    return Optional.of(Arrays.copyOf(raw, length));
  }

  private static Optional<byte[]> group(String part) {
    if (part.isEmpty() || part.length() > 4) {
      return Optional.empty();
    }
    int value = 0;
    for (int i = 0; i < part.length(); i++) {
      int digit = part.charAt(i) < 128 ? Character.digit(part.charAt(i), 16) : -1;
      if (digit < 0) {
        return Optional.empty();
      }
      value = value * 16 + digit;
    }
    return Optional.of(new byte[] {(byte) (value >> 8), (byte) value});
  }
}
