package dev.entrepot.edge.cluster;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.ListenAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where members may be: the settings' list, or all addresses of a name. */
final class MemberAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(MemberAddresses.class);
  private static final String DNS = "dns:";

  private final EdgeSettings.Cluster settings;

  MemberAddresses(EdgeSettings.Cluster settings) {
    this.settings = settings;
  }

  /** Whether they can change while the edge runs. */
  boolean change() {
    return settings.members().stream().anyMatch(it -> it.startsWith(DNS));
  }

  /** {@code host:port}, each once. Blocks while names are resolved. */
  List<String> now() {
    return settings.members().stream().flatMap(this::addresses).distinct().toList();
  }

  private Stream<String> addresses(String member) {
    if (!member.startsWith(DNS)) {
      return Stream.of(member);
    }
    String name = member.substring(DNS.length());
    try {
      return Arrays.stream(InetAddress.getAllByName(name))
          .map(it -> new ListenAddress(it.getHostAddress(), settings.address().port()).toString());
    } catch (UnknownHostException e) {
      LOG.debug("{} has no address now", name);
      return Stream.of();
    }
  }
}
