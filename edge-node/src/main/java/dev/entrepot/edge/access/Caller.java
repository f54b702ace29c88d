package dev.entrepot.edge.access;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Who is asking, as far as the door could tell.
 *
 * @param client the address that counts: the socket's, or the one that trusted proxies vouch for;
 *     empty when a trusted proxy sent something that is not an address, which trusts nobody
 * @param peer the socket's address
 * @param authorization the {@code Authorization} header, if exactly one was sent; never forwarded
 *     or logged
 * @param entrance the door that was asked at
 */
public record Caller(
    Optional<InetAddress> client,
    InetAddress peer,
    Optional<String> authorization,
    Entrance entrance) {
  @Override
  public String toString() {
    return "Caller(" + client.map(InetAddress::getHostAddress).orElse("?") + ")";
  }
}
