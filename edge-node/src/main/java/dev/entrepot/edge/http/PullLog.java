package dev.entrepot.edge.http;

import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.common.time.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One line for each pull, for people: the requests of one client for one repository, from a
 * manifest until nothing more is asked for a while.
 */
public final class PullLog implements DoorObserver {
  /** How long nothing may be asked until a pull counts as over ({@code pull-line-quiet}). */
  public static final Duration QUIET = Duration.ofSeconds(2);

  /** Pulls that are followed at a time; further ones get no line. */
  private static final int MOST = 10_000;

  private record Key(String client, Repository repository) {}

  private final Scheduler scheduler;
  private final InstantSource clock;
  private final Duration quiet;
  private final Consumer<String> lines;
  private final Map<Key, Pull> pulls = new HashMap<>();

  /** Writes to the logger {@code entrepot.pull}. */
  public PullLog(Scheduler scheduler, InstantSource clock, Duration quiet) {
    this(scheduler, clock, quiet, LoggerFactory.getLogger("entrepot.pull")::info);
  }

  /** Writes to whatever takes the lines. */
  public PullLog(Scheduler scheduler, InstantSource clock, Duration quiet, Consumer<String> lines) {
    this.scheduler = scheduler;
    this.clock = clock;
    this.quiet = quiet;
    this.lines = lines;
  }

  @Override
  public synchronized void began(Asking asking) {
    Key key = key(asking).orElse(null);
    if (key == null) {
      return;
    }
    Pull pull = pulls.get(key);
    if (pull == null && asking.asked().orElse(null) instanceof PullRequest.Manifest) {
      pull = pulls.size() < MOST ? new Pull(clock.instant()) : null;
      if (pull != null) {
        pulls.put(key, pull);
      }
    }
    if (pull != null) {
      pull.began(asking);
    }
  }

  @Override
  public synchronized void answered(Answered answered) {
    Key key = key(answered.asking()).orElse(null);
    Pull pull = key == null ? null : pulls.get(key);
    if (key != null && pull != null && pull.answered(answered, clock.instant())) {
      pull.timer = scheduler.after(quiet, () -> over(key, pull));
    }
  }

  private void over(Key key, Pull pull) {
    String line;
    synchronized (this) {
      if (pull.open > 0 || !pulls.remove(key, pull)) {
        return;
      }
      line = pull.manifests > 0 ? pull.line(key) : "";
    }
    if (!line.isEmpty()) {
      lines.accept(line);
    }
  }

  private static Optional<Key> key(Asking asking) {
    String client = asking.caller().client().map(it -> it.getHostAddress()).orElse("unknown");
    return asking
        .ofRepository()
        .filter(of -> of instanceof PullRequest.Manifest || of instanceof PullRequest.Blob)
        .map(of -> new Key(client, of.repository()));
  }

  /** What is known of a pull so far. Guarded by the log. */
  private static final class Pull {
    private final Instant since;
    private Instant until;
    private @Nullable Reference reference;
    private Scheduler.@Nullable Timer timer;
    private int open;
    private int manifests;
    private int failures;
    private long fromCache;
    private long fromUpstream;

    Pull(Instant since) {
      this.since = since;
      this.until = since;
    }

    /** A tag says more than the digests that are asked for after it. */
    void began(Asking asking) {
      open++;
      Scheduler.Timer waiting = timer;
      if (waiting != null) {
        waiting.cancel();
        timer = null;
      }
      if (asking.asked().orElse(null) instanceof PullRequest.Manifest(_, Reference asked)
          && (reference == null || (asked instanceof Tag && !(reference instanceof Tag)))) {
        reference = asked;
      }
    }

    /** Whether nothing of it is under way any more. */
    boolean answered(Answered answered, Instant now) {
      if (open == 0) {
        return false;
      }
      open--;
      until = now;
      if (answered.failure().isPresent()) {
        failures++;
      } else if (answered.fromStore()) {
        fromCache += answered.bytes();
      } else {
        fromUpstream += answered.bytes();
      }
      Asking asking = answered.asking();
      if (asking.kind().equals("manifest") && asking.method().equals("GET")) {
        manifests++;
      }
      return open == 0;
    }

    String line(Key key) {
      String separator = reference instanceof Tag ? ":" : "@";
      String failed = failures == 0 ? "" : ", " + failures + " requests failed";
      return String.format(
          Locale.ROOT,
          "pull %s%s%s by %s: %s from cache, %s from upstream, %.1f s%s",
          key.repository,
          separator,
          reference,
          key.client,
          bytes(fromCache),
          bytes(fromUpstream),
          Duration.between(since, until).toMillis() / 1000.0,
          failed);
    }

    private static String bytes(long count) {
      if (count < 1024) {
        return count + " B";
      }
      int unit = (63 - Long.numberOfLeadingZeros(count)) / 10;
      double scaled = count / (double) (1L << (unit * 10));
      return String.format(Locale.ROOT, "%.1f %siB", scaled, " KMGTPE".charAt(unit));
    }
  }
}
