package dev.entrepot.edge.access;

import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.net.IpAddresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who is asking. The socket's address counts, unless it is a trusted proxy's: then what
 * the proxies say, read from the right, up to the first address that is no trusted proxy ({@code
 * X-Forwarded-For}, or {@code Forwarded} of RFC 7239). What is left of that, anybody could have
 * written.
 */
public final class Callers {
  private static final Pattern FOR =
      Pattern.compile("(?i)(?:^|;)\\s*for=(?:\"([^\"]*)\"|([^;,\\s]*))");
  private static final Pattern WITH_PORT =
      Pattern.compile("(\\[[^\\]]*\\]|\\d+\\.\\d+\\.\\d+\\.\\d+)(?::\\d{1,5})?");
  private static final int MOST_HOPS = 64;

  private final List<Cidr> trustedProxies;

  public Callers(List<Cidr> trustedProxies) {
    this.trustedProxies = List.copyOf(trustedProxies);
  }

  /** The caller behind a socket and its headers. */
  public Caller of(
      InetAddress peer,
      List<String> forwardedFor,
      List<String> forwarded,
      @Nullable String authorization) {
    InetAddress socket = IpAddresses.normalize(peer);
    return new Caller(
        client(socket, forwardedFor, forwarded), socket, Optional.ofNullable(authorization));
  }

  private Optional<InetAddress> client(
      InetAddress socket, List<String> forwardedFor, List<String> forwarded) {
    if (!isProxy(socket)) {
      return Optional.of(socket);
    }
    List<Optional<InetAddress>> hops =
        forwardedFor.isEmpty() ? ofForwarded(forwarded) : ofForwardedFor(forwardedFor);
    for (Optional<InetAddress> hop : hops.reversed()) {
      if (hop.isEmpty() || !isProxy(hop.get())) {
        return hop;
      }
    }
    return hops.isEmpty() ? Optional.of(socket) : hops.getFirst();
  }

  private boolean isProxy(InetAddress address) {
    return trustedProxies.stream().anyMatch(range -> range.contains(address));
  }

  private static List<Optional<InetAddress>> ofForwardedFor(List<String> headers) {
    return last(elements(headers)).stream().map(Callers::address).toList();
  }

  private static List<Optional<InetAddress>> ofForwarded(List<String> headers) {
    return last(elements(headers)).stream().map(Callers::forParameter).toList();
  }

  private static List<String> elements(List<String> headers) {
    List<String> elements = new ArrayList<>();
    for (String header : headers) {
      elements.addAll(List.of(header.split(",", -1)));
    }
    return elements;
  }

  private static List<String> last(List<String> elements) {
    return elements.subList(Math.max(0, elements.size() - MOST_HOPS), elements.size());
  }

  private static Optional<InetAddress> forParameter(String element) {
    Matcher matcher = FOR.matcher(element);
    if (!matcher.find()) {
      return Optional.empty();
    }
    return address(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
  }

  private static Optional<InetAddress> address(String text) {
    String bare = text.strip();
    Matcher withPort = WITH_PORT.matcher(bare);
    return IpAddresses.parse(withPort.matches() ? withPort.group(1) : bare);
  }
}
