package dev.entrepot.edge.cluster;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.TcpIpConfig;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.edge.cluster.Site.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A Hazelcast member that can do as little as possible: it holds byte arrays by text, for a while.
 * Hazelcast without its enterprise edition neither encrypts nor authenticates, so everything that a
 * stranger on its port could use is off, and nothing that comes from it is believed unsealed.
 */
final class MemberConfig {
  private static final int CONNECT_SECONDS = 2;
  private static final int BACKUPS = 1;

  /** The name of the map in which members say who they are. */
  static final String MEMBERS = "members";

  private static final int MEMBERS_MEBIBYTES = 1;

  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          // Only the interface that the settings name: by default the port is open on every one.
          Map.entry("hazelcast.socket.bind.any", "false"),
          // An edge of a closed site calls nobody.
          Map.entry("hazelcast.phone.home.enabled", "false"),
          // Noise listens instead, and forwards to SLF4J what is worth it.
          Map.entry("hazelcast.logging.type", "none"),
          Map.entry("hazelcast.logging.emoji.enabled", "false"),
          // The edge ends in its own order.
          Map.entry("hazelcast.shutdownhook.enabled", "false"),
          // No second way in through JMX, no files of diagnostics.
          Map.entry("hazelcast.jmx", "false"),
          Map.entry("hazelcast.metrics.jmx.enabled", "false"),
          Map.entry("hazelcast.diagnostics.enabled", "false"),
          Map.entry("hazelcast.health.monitoring.level", "OFF"),
          // The same on all members, or they do not join; few, since there is little to hold.
          Map.entry("hazelcast.partition.count", "71"),
          // A member that stops is out after 5 s instead of 60.
          Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
          Map.entry("hazelcast.max.no.heartbeat.seconds", "5"),
          Map.entry("hazelcast.connection.monitor.max.faults", "1"),
          // Two halves find each other after 10 s instead of 300.
          Map.entry("hazelcast.merge.first.run.delay.seconds", "10"),
          Map.entry("hazelcast.merge.next.run.delay.seconds", "10"),
          Map.entry("hazelcast.wait.seconds.before.join", "0"),
          Map.entry("hazelcast.max.wait.seconds.before.join", "2"),
          Map.entry("hazelcast.max.join.seconds", "20"),
          // A partition that moves takes no writes: by default for 300 s when a word about it is
          // lost.
          Map.entry("hazelcast.partition.migration.timeout", "5"),
          Map.entry("hazelcast.partition.table.send.interval", "2"),
          // What nobody waits for is given up soon, so that it does not pile up.
          Map.entry("hazelcast.operation.call.timeout.millis", "2000"),
          Map.entry("hazelcast.invocation.max.retry.count", "5"));

  private static final String[] REFUSALS = {
    "com.hazelcast.core.HazelcastException",
    "com.hazelcast.core.HazelcastInstanceNotActiveException",
    "com.hazelcast.core.HazelcastOverloadException",
    "com.hazelcast.core.IndeterminateOperationStateException",
    "com.hazelcast.core.OperationTimeoutException",
    "com.hazelcast.internal.partition.PartitionStateVersionMismatchException",
    "java.lang.Exception",
    "java.lang.IllegalArgumentException",
    "java.lang.IllegalStateException",
    "java.lang.NullPointerException",
    "java.lang.RuntimeException",
    "java.lang.StackTraceElement",
    "[Ljava.lang.StackTraceElement;",
    "java.lang.Throwable",
    "java.util.Collections$EmptyList",
    "java.util.concurrent.CancellationException"
  };

  private MemberConfig() {}

  /** The name of the map of a kind. */
  static String map(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** How much one edge holds of a kind, backups of others' entries among it. */
  private static int mebibytes(Kind kind) {
    return switch (kind) {
      case MANIFEST -> 64;
      case HOLDERS -> 32;
      case TAG -> 16;
      case NEGATIVE, FILL -> 8;
    };
  }

  /**
   * @throws IllegalArgumentException when {@code address} is not one address, with what to do
   */
  static Config of(
      String clusterName, ListenAddress address, List<String> members, Duration longest) {
    Config config = new Config();
    config.setClusterName(clusterName);
    PROPERTIES.forEach(config::setProperty);
    network(config, address, members);
    closeDoors(config);
    for (Kind kind : Kind.values()) {
      config.addMapConfig(map(map(kind), mebibytes(kind), longest));
    }
    config.addMapConfig(map(MEMBERS, MEMBERS_MEBIBYTES, longest));
    return config;
  }

  /** The list that Hazelcast reads whenever it looks for members. */
  static TcpIpConfig memberList(Config config) {
    return config.getAdvancedNetworkConfig().getJoin().getTcpIpConfig();
  }

  /**
   * Endpoints one by one, so that this port speaks the members' protocol alone: no clients, no
   * REST, no memcache, no health checks (these are what CVE-2023-45859 and its kin came through).
   */
  private static void network(Config config, ListenAddress address, List<String> members) {
    AdvancedNetworkConfig network = config.getAdvancedNetworkConfig();
    ListenAddress own = new ListenAddress(interfaceOf(address), address.port());
    ServerSocketEndpointConfig door = new ServerSocketEndpointConfig();
    door.setPort(own.port()).setPortAutoIncrement(false).setReuseAddress(true);
    door.setPublicAddress(own.toString());
    door.getInterfaces().setEnabled(true).addInterface(own.host());
    // Hazelcast otherwise looks among the interfaces, where 127.0.0.2 and its like are not listed.
    config.setProperty("hazelcast.local.localAddress", own.host());
    network.setEnabled(true).setMemberEndpointConfig(door);
    // Whoever shouts on the network first would otherwise be let in.
    network.getJoin().getMulticastConfig().setEnabled(false);
    network.getJoin().getAutoDetectionConfig().setEnabled(false);
    network
        .getJoin()
        .getTcpIpConfig()
        .setEnabled(true)
        .setConnectionTimeoutSeconds(CONNECT_SECONDS)
        .setMembers(members);
  }

  private static String interfaceOf(ListenAddress address) {
    if (address.isEverywhere() || address.port() == 0) {
      throw new IllegalArgumentException(
          "cluster.address must be one private address with a port that others can reach");
    }
    try {
      return InetAddress.getByName(address.host()).getHostAddress();
    } catch (UnknownHostException _) {
      throw new IllegalArgumentException("the name " + address.host() + " has no address");
    }
  }

  private static void closeDoors(Config config) {
    // Jobs are code from afar.
    config.getJetConfig().setEnabled(false).setResourceUploadEnabled(false);
    config.getNamespacesConfig().setEnabled(false);
    config.getManagementCenterConfig().setScriptingEnabled(false);
    config.getManagementCenterConfig().setConsoleEnabled(false);
    config.getManagementCenterConfig().setDataAccessEnabled(false);
    config.getMetricsConfig().setEnabled(false);
    config.getRestConfig().setEnabled(false);
    config.getInstanceTrackingConfig().setEnabled(false);
    // Java objects in a message are how code was run before anybody was authenticated. Values are
    // byte arrays and texts, which need no such thing.
    config.getSerializationConfig().setJavaSerializationFilterConfig(refusals());
    config.getSerializationConfig().getCompactSerializationConfig().setZeroConfigFilter(nothing());
    config.getSqlConfig().setJavaReflectionFilterConfig(nothing());
    // Bytes from the network are not read as memory of this process.
    config.getSerializationConfig().setAllowUnsafe(false);
  }

  /**
   * Exceptions alone, in which members tell each other that a partition is just moving or
   * elsewhere: without them the asker never hears, and a moving partition stands still until it
   * times out.
   */
  private static JavaSerializationFilterConfig refusals() {
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.setDefaultsDisabled(true);
    filter.getWhitelist().addPackages("com.hazelcast.spi.exception").addClasses(REFUSALS);
    return filter;
  }

  /** A list of allowed classes that is empty would allow all, so it has one that does not exist. */
  private static JavaSerializationFilterConfig nothing() {
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.setDefaultsDisabled(true);
    filter.getWhitelist().addClasses("dev.entrepot.NoClassAtAll");
    return filter;
  }

  private static MapConfig map(String name, int mebibytes, Duration longest) {
    return new MapConfig(name)
        .setInMemoryFormat(InMemoryFormat.BINARY)
        .setBackupCount(0)
        .setAsyncBackupCount(BACKUPS)
        .setStatisticsEnabled(false)
        // For entries without an end, which no edge makes.
        .setTimeToLiveSeconds(Math.toIntExact(longest.toSeconds()))
        .setEvictionConfig(
            new EvictionConfig()
                .setEvictionPolicy(EvictionPolicy.LRU)
                .setMaxSizePolicy(MaxSizePolicy.USED_HEAP_SIZE)
                .setSize(mebibytes));
  }
}
