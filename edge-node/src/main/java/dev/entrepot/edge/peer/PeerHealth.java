package dev.entrepot.edge.peer;

import dev.entrepot.edge.cluster.Site.Member;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the neighbours have fared lately, and so who is asked. One that does not answer is left alone
 * after some failures in a row, one that breaks off what it has begun at once, and one that sends
 * wrong bytes for long. Thread-safe.
 */
final class PeerHealth {
  private static final Logger LOG = LoggerFactory.getLogger(PeerHealth.class);

  private final PeerLimits limits;
  private final LongSupplier nanos;
  private final Map<Member, Failing> failing = new ConcurrentHashMap<>();

  /**
   * How one has failed.
   *
   * @param rests whether it is left alone
   * @param until by the monotonic clock
   */
  private record Failing(int inARow, boolean rests, long until) {}

  PeerHealth(PeerLimits limits, LongSupplier nanos) {
    this.limits = limits;
    this.nanos = nanos;
  }

  /** Whether it may be asked. */
  boolean isWell(Member member) {
    Failing now = failing.get(member);
    return now == null || !now.rests() || nanos.getAsLong() - now.until() >= 0;
  }

  /** It has answered, to the end. */
  void answered(Member member) {
    failing.remove(member);
  }

  /** It has not answered, or not sensibly. */
  void failed(Member member, String why) {
    Failing now =
        failing.compute(
            member,
            (_, before) -> {
              int count = before == null ? 1 : before.inARow() + 1;
              return new Failing(count, count >= limits.failures(), after(limits.pause()));
            });
    if (now.inARow() == limits.failures()) {
      LOG.warn(
          "the edge at {} is left alone for {} s after {} failures: {}",
          member.peer(),
          limits.pause().toSeconds(),
          now.inARow(),
          why);
    }
  }

  /** It has broken off in the middle: whoever goes on at that byte should ask somebody else. */
  void broke(Member member, String how) {
    failing.compute(
        member,
        (_, before) -> {
          int count = before == null ? 1 : before.inARow() + 1;
          return new Failing(count, true, after(limits.pause()));
        });
    LOG.debug("the edge at {} {} and is left alone for a while", member.peer(), how);
  }

  /** It has sent wrong bytes, which is no accident of the network: once is enough. */
  void lied(Member member) {
    failing.put(member, new Failing(limits.failures(), true, after(limits.distrust())));
    LOG.warn(
        "the edge at {} sent wrong bytes and is left alone for {} s; see to its disk and memory",
        member.peer(),
        limits.distrust().toSeconds());
  }

  /** It has shown the certificate of somebody who is no edge of this site, or no more. */
  void stranger(Member member) {
    Failing before =
        failing.put(member, new Failing(limits.failures(), true, after(limits.distrust())));
    if (before == null || !before.rests()) {
      LOG.warn(
          "who answers at {} has no certificate of an edge of this site and is not asked; see"
              + " 'entrepot node list'",
          member.peer());
    }
  }

  private long after(Duration pause) {
    return nanos.getAsLong() + pause.toNanos();
  }
}
