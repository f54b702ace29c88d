package dev.entrepot.edge.http;

import io.vertx.core.net.ServerSSLOptions;
import java.util.Optional;

/**
 * An address at which clients are served.
 *
 * @param host the interface's address, such as {@code 0.0.0.0}
 * @param port 0 for any free one
 * @param tls absent for a plain door
 * @param proxyProtocol whether each connection begins with a PROXY header; then only trusted
 *     proxies may connect at all
 */
public record Listener(
    String host, int port, Optional<ServerSSLOptions> tls, boolean proxyProtocol) {

  /** A plain door. */
  public static Listener plain(String host, int port) {
    return new Listener(host, port, Optional.empty(), false);
  }
}
