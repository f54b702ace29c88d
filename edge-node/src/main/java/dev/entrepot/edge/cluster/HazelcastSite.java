package dev.entrepot.edge.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.time.Scheduler;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A site by an embedded Hazelcast member.
 *
 * <pre>
 *   alone ──join, in the background──▶ member ──ended from outside──▶ alone ──▶ joins again
 * </pre>
 *
 * Until it has joined, and whenever it has to go on without Hazelcast, the edge stands alone.
 */
public final class HazelcastSite implements Site {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastSite.class);

  private final EdgeSettings.Cluster settings;
  private final HintLimits limits;
  private final Pace pace;
  private final Seal seal;
  private final Member self;
  private final MemberAddresses addresses;
  private final Lonely lonely;
  private final Membership membership;
  private final Hints hints;
  private final Workers keeper = new Workers("cluster-keep", 1);
  // Names and strangers' ports may keep it waiting, and the keeper must not wait with it.
  private final Workers lookout = new Workers("cluster-look", 1);
  private volatile @Nullable HazelcastInstance instance;
  private volatile @Nullable TcpIpConfig memberList;
  private Duration retry;
  private long joinNext;
  private String refusal = "";
  private volatile boolean closed;

  private HazelcastSite(
      EdgeSettings.Cluster settings,
      HintLimits limits,
      Pace pace,
      Scheduler scheduler,
      InstantSource clock,
      ClusterObserver observer) {
    this.settings = settings;
    this.limits = limits;
    this.pace = pace;
    this.seal = new Seal(settings.name(), settings.secret());
    this.self = new Member(settings.peer().url());
    this.addresses = new MemberAddresses(settings);
    this.lonely = new Lonely();
    this.membership = new Membership(seal, clock, pace, self, keeper, observer);
    this.hints = new Hints(seal, limits, scheduler, clock, observer);
    this.retry = pace.firstPause();
    this.joinNext = System.nanoTime();
  }

  /**
   * Begins to join, and goes on trying for as long as it takes. Returns at once; what keeps it from
   * joining is said in the log.
   *
   * @param clock what ends within sealed records are compared with
   */
  public static HazelcastSite start(
      EdgeSettings.Cluster settings,
      HintLimits limits,
      Scheduler scheduler,
      InstantSource clock,
      ClusterObserver observer) {
    return start(settings, limits, Pace.STANDARD, scheduler, clock, observer);
  }

  static HazelcastSite start(
      EdgeSettings.Cluster settings,
      HintLimits limits,
      Pace pace,
      Scheduler scheduler,
      InstantSource clock,
      ClusterObserver observer) {
    HazelcastSite site = new HazelcastSite(settings, limits, pace, scheduler, clock, observer);
    observer.members(1);
    site.keeper.repeat(site::keep, pace.look());
    site.lookout.repeat(site::lookAround, pace.lookAround());
    return site;
  }

  @Override
  public Member self() {
    return self;
  }

  @Override
  public List<Member> members() {
    return membership.members();
  }

  @Override
  public List<Member> ranking(String key) {
    return Rendezvous.rank(membership.members(), key);
  }

  @Override
  public Future<Optional<byte[]>> hint(Kind kind, String key) {
    return hints.hint(kind, key);
  }

  @Override
  public void tell(Kind kind, String key, byte[] value, Duration life) {
    hints.tell(kind, key, value, life);
  }

  @Override
  public void forget(Kind kind, String key) {
    hints.forget(kind, key);
  }

  /**
   * Ends without ceremony, as a crash would: what it held were hints. Waits 3 s at most; a member
   * that is just joining then ends by itself.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    hints.close();
    lookout.close();
    keeper.execute(this::leave);
    if (!keeper.end(pace.end())) {
      LOG.warn("the cluster member did not end within {} s", pace.end().toSeconds());
    }
  }

  /** Runs on the keeper's thread, again and again; nothing that Hazelcast throws ends that. */
  private void keep() {
    if (closed) {
      return;
    }
    try {
      HazelcastInstance now = instance;
      if (now != null && !now.getLifecycleService().isRunning()) {
        LOG.warn("the cluster member has ended; it is started again, and this edge serves alone");
        leave();
      } else if (now != null) {
        membership.refresh(now);
      } else if (System.nanoTime() - joinNext >= 0) {
        join();
      }
    } catch (RuntimeException e) {
      LOG.debug("the cluster does not answer now", e);
    }
  }

  private void join() {
    try {
      Noise.quietStart();
      Config config =
          MemberConfig.of(
              seal.clusterName(), settings.address(), addresses.now(), limits.longest());
      HazelcastInstance joined = Hazelcast.newHazelcastInstance(config);
      instance = joined;
      joined.getLoggingService().addLogListener(Noise.LEVEL, new Noise());
      if (closed) {
        leave();
        return;
      }
      memberList = MemberConfig.memberList(config);
      retry = pace.firstPause();
      refusal = "";
      hints.use(maps(joined));
      membership.refresh(joined);
    } catch (RuntimeException e) {
      joinNext = System.nanoTime() + retry.toNanos();
      complain(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      retry = retry.multipliedBy(2);
      retry = retry.compareTo(pace.longestPause()) > 0 ? pace.longestPause() : retry;
    }
  }

  /** Says why it cannot join, once for each reason. */
  private void complain(String why) {
    if (closed || why.equals(refusal)) {
      return;
    }
    refusal = why;
    LOG.warn(
        "the cluster cannot be joined at {}, this edge serves alone and tries again: {}; see that"
            + " cluster.address is this machine's and its port is free",
        settings.address(),
        why);
  }

  private static Map<Kind, IMap<String, Object>> maps(HazelcastInstance from) {
    Map<Kind, IMap<String, Object>> maps = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      maps.put(kind, from.getMap(MemberConfig.map(kind)));
    }
    return maps;
  }

  /** Runs on the lookout's thread. */
  private void lookAround() {
    HazelcastInstance now = instance;
    TcpIpConfig list = memberList;
    if (now == null || list == null) {
      return;
    }
    try {
      List<String> found = addresses.now();
      if (addresses.change() && !found.isEmpty() && !found.equals(list.getMembers())) {
        list.setMembers(found);
      }
      lonely.look(found, joined(now));
    } catch (RuntimeException e) {
      LOG.debug("could not look around", e);
    }
  }

  private static Set<InetSocketAddress> joined(HazelcastInstance cluster) {
    return cluster.getCluster().getMembers().stream()
        .map(it -> it.getAddress())
        .map(it -> new InetSocketAddress(it.getHost(), it.getPort()))
        .collect(Collectors.toSet());
  }

  private void leave() {
    HazelcastInstance before = instance;
    instance = null;
    memberList = null;
    hints.use(null);
    membership.alone();
    if (before != null) {
      try {
        membership.sayGoodbye(before);
      } catch (RuntimeException _) {
        // it has ended already
      }
      before.getLifecycleService().terminate();
    }
  }
}
