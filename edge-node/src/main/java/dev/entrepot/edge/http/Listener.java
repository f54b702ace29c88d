package dev.entrepot.edge.http;

import dev.entrepot.common.tls.PemPair;
import dev.entrepot.edge.access.Entrance;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.Optional;
import java.util.Set;

/**
 * An address at which clients are served.
 *
 * @param host the interface's address, such as {@code 0.0.0.0}
 * @param port 0 for any free one
 * @param tls absent for a plain door
 * @param challenge whom it asks for a token
 * @param proxyProtocol whether each connection begins with a PROXY header; then only trusted
 *     proxies may connect at all
 */
public record Listener(
    String host,
    int port,
    Optional<ServerSSLOptions> tls,
    Entrance.Challenge challenge,
    boolean proxyProtocol) {

  /** What a TLS door needs to serve with a certificate: TLS 1.2 or later, HTTP/2 by ALPN. */
  public static ServerSSLOptions tls(PemPair pair) {
    return new ServerSSLOptions()
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(pair.chain()))
                .addKeyValue(Buffer.buffer(pair.key())))
        .setUseAlpn(true)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
  }

  /** A plain door that asks whoever is not trusted. */
  public static Listener plain(String host, int port) {
    return new Listener(host, port, Optional.empty(), Entrance.Challenge.AUTO, false);
  }
}
