package dev.entrepot.common.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads addresses without ever asking DNS, and brings the several forms of one into one. */
public final class IpAddresses {
  private static final Pattern V4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]{2,39}|[0-9a-fA-F:]{2,30}[0-9.]+");
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private IpAddresses() {}

  /**
   * Reads an address: four decimal numbers without leading zeros, or IPv6 (RFC 4291) with or
   * without brackets. Zones ({@code %eth0}), ports, octal and short forms are none.
   */
  public static Optional<InetAddress> parse(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String bare = bracketed ? text.substring(1, text.length() - 1) : text;
    boolean literal =
        bare.indexOf(':') >= 0
            ? V6.matcher(bare).matches()
            : !bracketed && V4.matcher(bare).matches();
    if (!literal) {
      return Optional.empty();
    }
    try {
      return Optional.of(normalize(InetAddress.getByName(bare))); // a literal asks nobody
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
  }

  /** The IPv4 address inside an IPv4-mapped IPv6 one ({@code ::ffff:a.b.c.d}); others unchanged. */
  public static InetAddress normalize(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != 16 || !Arrays.equals(bytes, 0, 12, MAPPED, 0, 12)) {
      return of(bytes);
    }
    return of(Arrays.copyOfRange(bytes, 12, 16));
  }

  /** An address without a name or zone. */
  static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("neither 4 nor 16 bytes", e);
    }
  }

  static boolean isV4(InetAddress address) {
    return address instanceof Inet4Address;
  }
}
