package dev.entrepot.edge.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who the other edges are: members of the Hazelcast cluster that say again and again, sealed, where
 * their peer door is. Used by one thread, the keeper's; what it knows is read from any.
 *
 * <p>Whether a member is silent is told by this edge's own clock. The end within a record bounds
 * how long a stranger could pass off an old one; it leaves room for clocks that differ by a minute.
 */
final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final String LABEL = "MEMBER";
  private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

  /** What is known of a member of the Hazelcast cluster. */
  private static final class Known {
    private final String address;
    private @Nullable URI url;
    private Instant end = Instant.MIN;
    private long heardAt;
    private boolean complained;
    private boolean asked;

    Known(Member member, long now) {
      this.address = member.getAddress().toString();
      this.heardAt = now;
    }
  }

  private final Seal seal;
  private final InstantSource clock;
  private final Pace pace;
  private final Site.Member self;
  private final Executor keeper;
  private final ClusterObserver observer;
  private final LongSupplier nanos = System::nanoTime;
  private final Map<UUID, Known> known = new HashMap<>();
  private @Nullable Long saidAt;
  private boolean nameClash;
  private volatile List<Site.Member> members;

  Membership(
      Seal seal,
      InstantSource clock,
      Pace pace,
      Site.Member self,
      Executor keeper,
      ClusterObserver observer) {
    this.seal = seal;
    this.clock = clock;
    this.pace = pace;
    this.self = self;
    this.keeper = keeper;
    this.observer = observer;
    this.members = List.of(self);
  }

  /** All that live and have proved themselves, this edge first. Never blocks. */
  List<Site.Member> members() {
    return members;
  }

  /** There is no cluster, or not yet. */
  void alone() {
    known.clear();
    saidAt = null;
    become();
  }

  /** Says who this edge is and asks who the others are; the answers come in later. */
  void refresh(HazelcastInstance instance) {
    IMap<String, Object> records = instance.getMap(MemberConfig.MEMBERS);
    UUID own = instance.getCluster().getLocalMember().getUuid();
    long now = nanos.getAsLong();
    say(records, own, now);
    Set<UUID> living = new HashSet<>();
    for (Member member : instance.getCluster().getMembers()) {
      if (!member.getUuid().equals(own)) {
        living.add(member.getUuid());
        known.computeIfAbsent(member.getUuid(), _ -> new Known(member, now));
      }
    }
    known.keySet().retainAll(living);
    known.forEach((id, of) -> ask(records, id, of));
    known.values().forEach(it -> complainOfSilence(it, now));
    become();
  }

  /** Takes back what this edge has said of itself; does not wait for that. */
  void sayGoodbye(HazelcastInstance instance) {
    UUID own = instance.getCluster().getLocalMember().getUuid();
    instance.getMap(MemberConfig.MEMBERS).removeAsync(own.toString());
  }

  private void say(IMap<String, Object> records, UUID own, long now) {
    if (saidAt != null && now - saidAt < pace.say().toNanos()) {
      return;
    }
    saidAt = now;
    byte[] url = self.peer().toString().getBytes(StandardCharsets.UTF_8);
    Instant end = clock.instant().plus(pace.silence()).plus(CLOCKS_APART);
    byte[] sealed = seal.seal(LABEL, own.toString(), end, url);
    records.setAsync(own.toString(), sealed, pace.silence().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void ask(IMap<String, Object> records, UUID id, Known of) {
    if (of.asked) {
      return;
    }
    of.asked = true;
    records
        .getAsync(id.toString())
        .whenCompleteAsync(
            (value, _) -> {
              of.asked = false;
              if (value != null) {
                hear(id, of, value);
                become();
              }
            },
            keeper);
  }

  private void hear(UUID id, Known of, Object value) {
    Seal.Opened opened =
        value instanceof byte[] sealed
            ? seal.open(LABEL, id.toString(), sealed, clock.instant())
            : new Seal.Opened.Forged();
    switch (opened) {
      case Seal.Opened.Said said when said.end().isAfter(of.end) ->
          url(said.value())
              .ifPresent(url -> {
                of.url = url;
                of.end = said.end();
                of.heardAt = nanos.getAsLong();
              });
      case Seal.Opened.Said _ -> {} // what was heard before
      case Seal.Opened.Over over when over.end().isAfter(of.end) ->
          complain(of, "its clock differs from this edge's by more than a minute: set both clocks");
      case Seal.Opened.Over _ -> {}
      case Seal.Opened.Forged _ ->
          complain(
              of, "the cluster secret differs there: make cluster.secret the same on all edges");
    }
  }

  private void complainOfSilence(Known of, long now) {
    if (of.url == null && silent(of, now)) {
      complain(of, "it has not said who it is: see whether it is an edge at all");
    }
  }

  private static void complain(Known of, String why) {
    if (!of.complained) {
      of.complained = true;
      LOG.warn("the cluster's member at {} is not taken for an edge; {}", of.address, why);
    }
  }

  private boolean silent(Known of, long now) {
    return now - of.heardAt > pace.silence().toNanos();
  }

  private static Optional<URI> url(byte[] text) {
    try {
      URI url = URI.create(new String(text, StandardCharsets.UTF_8));
      return "https".equals(url.getScheme()) && url.getHost() != null
          ? Optional.of(url)
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private void become() {
    long at = nanos.getAsLong();
    List<Site.Member> now = new ArrayList<>(List.of(self));
    known.values().stream()
        .filter(it -> !silent(it, at))
        .flatMap(it -> Optional.ofNullable(it.url).stream())
        .map(Site.Member::new)
        .sorted((one, other) -> one.peer().compareTo(other.peer()))
        .forEach(now::add);
    complainOfNames(now);
    List<Site.Member> distinct = now.stream().distinct().toList();
    if (!distinct.equals(members)) {
      members = distinct;
      observer.members(distinct.size());
      LOG.info(
          "the site's edges are now {}",
          distinct.stream().map(it -> it.peer().toString()).collect(Collectors.joining(", ")));
    }
  }

  private void complainOfNames(List<Site.Member> now) {
    boolean clash = now.lastIndexOf(self) > 0;
    if (clash && !nameClash) {
      LOG.warn("another edge has the address {} too: give each its cluster.peer.url", self.peer());
    }
    nameClash = clash;
  }
}
