package dev.entrepot.edge.upstream;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;

/** Finds the addresses of a name. */
@FunctionalInterface
public interface NameResolver {

  /** The addresses, in the order to try them; fails when there are none. Must not block. */
  Future<List<InetAddress>> resolve(String host);
}
