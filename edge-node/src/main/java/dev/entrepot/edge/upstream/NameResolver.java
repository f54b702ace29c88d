package dev.entrepot.edge.upstream;

import dev.entrepot.common.net.IpAddresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.List;

/** Turns a host's name into addresses. */
public interface NameResolver {

  /** The addresses of a host, at least one; fails when there are none. */
  Future<List<InetAddress>> resolve(String host);

  /** The machine's own way, on threads that may block; addresses are not looked up. */
  static NameResolver system(Vertx vertx) {
    return host ->
        IpAddresses.parse(host)
            .map(address -> Future.succeededFuture(List.of(address)))
            .orElseGet(
                () -> vertx.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false));
  }
}
