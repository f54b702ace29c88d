package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.common.time.Scheduler;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One readable line for each pull: a client's requests for one repository, until there are none for
 * a moment. For people who look at a terminal; programs read the access log.
 */
final class PullLines {
  private static final Logger LOG = LoggerFactory.getLogger("entrepot.pull");
  private static final int MOST_AT_ONCE = 10_000;

  private final Scheduler scheduler;
  private final Duration quiet;
  private final Map<Key, Open> open = new ConcurrentHashMap<>();

  private record Key(String client, Repository repository) {}

  /** A pull that goes on. Guarded by itself. */
  private static final class Open {
    final long startedAt = System.nanoTime();
    long lastAt = startedAt;
    String reference = "";
    long fromCache;
    long fromUpstream;
    int failures;
    boolean stale;
  }

  PullLines(Scheduler scheduler, Duration quiet) {
    this.scheduler = scheduler;
    this.quiet = quiet;
  }

  void over(Pull pull, int status) {
    Optional<PullRequest> asked = pull.asked();
    boolean bytesAsked =
        asked
            .filter(is -> is instanceof PullRequest.Manifest || is instanceof PullRequest.Blob)
            .isPresent();
    if (!bytesAsked || open.size() >= MOST_AT_ONCE) {
      return;
    }
    PullRequest.OfRepository of = (PullRequest.OfRepository) asked.get();
    String client = pull.caller().client().map(InetAddress::getHostAddress).orElse("unknown");
    Key key = new Key(client, of.repository());
    open.compute(
        key,
        (_, before) -> {
          Open now = before == null ? begin(key) : before;
          add(now, pull, of, status);
          return now;
        });
    LOG.debug("{} {} {} {} bytes", client, of, status, pull.bytes());
  }

  private Open begin(Key key) {
    scheduler.after(quiet, () -> look(key));
    return new Open();
  }

  private static void add(Open pull, Pull request, PullRequest.OfRepository of, int status) {
    pull.lastAt = System.nanoTime();
    if (of instanceof PullRequest.Manifest(_, var reference)
        && (pull.reference.isEmpty() || reference instanceof Tag)) {
      pull.reference = (reference instanceof Tag ? ":" : "@") + reference;
    }
    boolean hit =
        request.status().filter(how -> how.outcome() == CacheStatus.Outcome.HIT).isPresent();
    if (hit) {
      pull.fromCache += request.bytes();
    } else {
      pull.fromUpstream += request.bytes();
    }
    pull.failures += status >= 400 ? 1 : 0;
    pull.stale |=
        request
            .status()
            .filter(how -> how.details().contains(CacheStatus.Detail.STALE))
            .isPresent();
  }

  private void look(Key key) {
    open.computeIfPresent(
        key,
        (_, pull) -> {
          long left = quiet.toNanos() - (System.nanoTime() - pull.lastAt);
          if (left > 0) {
            scheduler.after(Duration.ofNanos(left + 1_000_000), () -> look(key));
            return pull;
          }
          if (pull.fromCache + pull.fromUpstream > 0 || pull.failures > 0) {
            print(key, pull);
          }
          return null;
        });
  }

  private static void print(Key key, Open pull) {
    double seconds = (pull.lastAt - pull.startedAt) / 1e9;
    LOG.info(
        "pull {}{} by {}: {} from cache, {} from upstream, {} s{}{}",
        key.repository(),
        pull.reference,
        key.client(),
        bytes(pull.fromCache),
        bytes(pull.fromUpstream),
        String.format(Locale.ROOT, "%.1f", seconds),
        pull.stale ? ", stale" : "",
        pull.failures > 0 ? ", " + pull.failures + " failed" : "");
  }

  static String bytes(long count) {
    if (count < 1000) {
      return count + " B";
    }
    double value = count;
    String unit = "";
    for (String next : new String[] {"kB", "MB", "GB", "TB"}) {
      if (value < 1000) {
        break;
      }
      value /= 1000;
      unit = next;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, unit);
  }
}
