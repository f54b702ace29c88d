package dev.entrepot.control.fleet;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Keeps browsers out of the admin door: a page from elsewhere can make a browser on this machine
 * ask loopback addresses, but not with a header of its own choice, and by a name that was made to
 * lead here only under that name.
 */
final class LoopbackOnly {
  static final String HEADER = "X-Entrepot-Admin";

  private LoopbackOnly() {}

  /** Why a request is refused. */
  static Optional<String> objection(HttpServerRequest request) {
    HostAndPort host = request.authority();
    if (host == null || !isLoopback(host.host())) {
      return Optional.of("ask for this door by a loopback address, such as 127.0.0.1");
    }
    if (!"1".equals(request.getHeader(HEADER)) || request.getHeader("Origin") != null) {
      return Optional.of("send the header " + HEADER + ": 1");
    }
    return Optional.empty();
  }

  static boolean isLoopback(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try {
      return InetAddress.ofLiteral(bare).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return bare.equals("localhost");
    }
  }
}
