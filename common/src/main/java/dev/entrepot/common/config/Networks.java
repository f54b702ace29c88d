package dev.entrepot.common.config;

import java.net.InetAddress;
import java.util.regex.Pattern;

/** Networks as settings write them: {@code 10.0.0.0/8}, {@code fc00::/7}, or one address. */
final class Networks {
  private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private Networks() {}

  /** The network with its prefix length; {@link IllegalArgumentException} if it is none. */
  static String parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = address(slash < 0 ? text : text.substring(0, slash));
    int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
    requirePrefix(address, bits);
    return slash < 0 ? text + "/" + bits : text;
  }

  /** The same text if it is an IPv6 address; {@link IllegalArgumentException} otherwise. */
  static String v6(String text) {
    if (!V6.matcher(text).matches()) {
      throw new IllegalArgumentException("not an IPv6 address");
    }
    var _ = InetAddress.ofLiteral(text);
    return text;
  }

  private static byte[] address(String text) {
    if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
      throw new IllegalArgumentException("not an address");
    }
    return InetAddress.ofLiteral(text).getAddress();
  }

  private static void requirePrefix(byte[] address, int bits) {
    if (bits < 0 || bits > address.length * 8) {
      throw new IllegalArgumentException("not a prefix length");
    }
    for (int bit = bits; bit < address.length * 8; bit++) {
      if ((address[bit / 8] >> (7 - bit % 8) & 1) != 0) {
        throw new IllegalArgumentException("bits behind the prefix");
      }
    }
  }
}
