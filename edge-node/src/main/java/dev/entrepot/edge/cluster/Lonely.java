package dev.entrepot.edge.cluster;

import dev.entrepot.common.config.ListenAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once what is the matter when an edge can be reached and yet does not join: nearly always its
 * secret or name differs, and Hazelcast has no word for it. Used by one thread; blocks.
 */
final class Lonely {
  private static final Logger LOG = LoggerFactory.getLogger(Lonely.class);
  private static final Duration CONNECT = Duration.ofSeconds(1);

  /**
   * So often it must be seen so: an edge that starts, or halves that find each other, take time.
   */
  private static final int LOOKS = 3;

  private final Map<String, Integer> seen = new HashMap<>();

  /**
   * Looks again.
   *
   * @param expected where edges may be, {@code host:port}
   * @param joined where members of this cluster are, this edge among them
   */
  void look(List<String> expected, Set<InetSocketAddress> joined) {
    seen.keySet().retainAll(Set.copyOf(expected));
    for (String address : expected) {
      ListenAddress of = ListenAddress.parse(address);
      InetSocketAddress at = new InetSocketAddress(of.host(), of.port());
      if (at.isUnresolved() || joined.contains(at) || !answers(at)) {
        seen.remove(address);
      } else if (seen.merge(address, 1, Integer::sum) == LOOKS) {
        LOG.warn(
            "{} can be reached but is not in this edge's cluster; the cluster secret differs, or the"
                + " name, or it hangs: make cluster.secret and cluster.name the same on all edges,"
                + " and see its log",
            address);
      }
    }
  }

  private static boolean answers(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, Math.toIntExact(CONNECT.toMillis()));
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
