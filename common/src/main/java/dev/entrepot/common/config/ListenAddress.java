package dev.entrepot.common.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a door listens.
 *
 * @param host an address or name, an IPv6 address without its brackets
 * @param port 0 lets the system choose one
 */
public record ListenAddress(String host, int port) {
  private static final Pattern GRAMMAR =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]{2,45})]|([A-Za-z0-9._-]{1,253})):(\\d{1,5})");

  public ListenAddress {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("not a port");
    }
  }

  /** Reads {@code host:port} or {@code [v6]:port}; {@link IllegalArgumentException} otherwise. */
  public static ListenAddress parse(String text) {
    Matcher matcher = GRAMMAR.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not an address with a port");
    }
    int port = Integer.parseInt(matcher.group(3));
    return matcher.group(1) == null
        ? new ListenAddress(matcher.group(2), port)
        : new ListenAddress(Networks.v6(matcher.group(1)), port);
  }

  /** Whether it listens on every interface. */
  public boolean isEverywhere() {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  /** What to do when the system does not give it: another has it, or this machine has it not. */
  public String remedy() {
    return isOfThisMachine()
        ? "stop the program that uses this port, or choose another one"
        : host + " is none of this machine's addresses: give one of them";
  }

  private boolean isOfThisMachine() {
    try {
      InetAddress address = InetAddress.getByName(host);
      return address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException _) {
      return true; // nobody can tell
    }
  }

  @Override
  public String toString() {
    return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
  }
}
