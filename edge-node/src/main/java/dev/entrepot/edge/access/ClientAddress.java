package dev.entrepot.edge.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Finds the address that counts. Forwarding headers are believed only from a trusted proxy and read
 * from the right: the left end is whatever the client wrote.
 */
public final class ClientAddress {
  private static final int MAX_HOPS = 64;
  private static final int MAX_LITERAL = 45;
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private final Predicate<InetAddress> trustedProxies;

  public ClientAddress(Predicate<InetAddress> trustedProxies) {
    this.trustedProxies = trustedProxies;
  }

  /**
   * The client's address; empty when a trusted proxy sent something that is not an address, or two
   * kinds of headers that disagree: a proxy writes one kind and passes on what the client wrote in
   * the other.
   *
   * @param forwardedFor all {@code X-Forwarded-For} lines in order
   * @param forwarded all {@code Forwarded} lines in order (RFC 7239)
   */
  public Optional<InetAddress> of(
      InetAddress peer, List<String> forwardedFor, List<String> forwarded) {
    InetAddress socket = normalised(peer);
    if (!trustedProxies.test(socket)) {
      return Optional.of(socket);
    }
    Optional<InetAddress> one = fromTheRight(socket, split(forwardedFor));
    Optional<InetAddress> other = fromTheRight(socket, forValues(forwarded));
    if (forwardedFor.isEmpty()) {
      return other;
    }
    return forwarded.isEmpty() || one.equals(other) ? one : Optional.empty();
  }

  /** The same address with an IPv4 one that is wrapped into IPv6 unwrapped. */
  public static InetAddress normalised(InetAddress address) {
    try {
      // Drops a zone id as well, and makes ::ffff:a.b.c.d an IPv4 address.
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private Optional<InetAddress> fromTheRight(InetAddress socket, List<String> hops) {
    if (hops.size() > MAX_HOPS) {
      return Optional.empty();
    }
    InetAddress nearest = socket;
    for (String hop : hops.reversed()) {
      Optional<InetAddress> address = literal(hop.strip());
      if (address.isEmpty()) {
        return Optional.empty();
      }
      nearest = address.get();
      if (!trustedProxies.test(nearest)) {
        return address;
      }
    }
    return Optional.of(nearest);
  }

  private static List<String> split(List<String> lines) {
    return lines.stream().flatMap(line -> List.of(line.split(",", -1)).stream()).toList();
  }

  /** The {@code for} parameter of each element; one without it is not an address. */
  private static List<String> forValues(List<String> lines) {
    List<String> values = new ArrayList<>();
    for (String element : split(lines)) {
      values.add(forValue(element));
    }
    return values;
  }

  private static String forValue(String element) {
    for (String pair : element.split(";", -1)) {
      String trimmed = pair.strip();
      if (trimmed.regionMatches(true, 0, "for=", 0, 4)) {
        return trimmed.substring(4).replace("\"", "");
      }
    }
    return "";
  }

  /** An IP literal, with or without a port; never a name, so that nothing is ever looked up. */
  private static Optional<InetAddress> literal(String text) {
    String bare = withoutPort(text);
    boolean literal =
        bare.length() <= MAX_LITERAL
            && (IPV4.matcher(bare).matches() || IPV6.matcher(bare).matches());
    try {
      return literal ? Optional.of(normalised(InetAddress.ofLiteral(bare))) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String withoutPort(String text) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return end < 0 || !isPort(text.substring(end + 1)) ? "" : text.substring(1, end);
    }
    int colon = text.indexOf(':');
    boolean onlyOne = colon >= 0 && text.indexOf(':', colon + 1) < 0;
    if (!onlyOne) {
      return text;
    }
    return isPort(text.substring(colon)) ? text.substring(0, colon) : "";
  }

  private static boolean isPort(String rest) {
    return rest.isEmpty()
        || (rest.startsWith(":")
            && rest.length() > 1
            && rest.length() <= 6
            && rest.chars().skip(1).allMatch(c -> c >= '0' && c <= '9'));
  }
}
