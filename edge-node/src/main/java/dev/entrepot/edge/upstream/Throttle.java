package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.PullException;
import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers that a url told us to stay away (429), and until when. Manifests and lists share one
 * memory; blobs and tokens have their own: Docker Hub counts manifests and lets blobs through.
 */
final class Throttle {

  private enum Lane {
    NAMES,
    BLOBS,
    TOKENS
  }

  private final UpstreamBounds bounds;
  private final InstantSource clock;
  private final Failures failures;
  private final Map<Lane, Instant> until = new ConcurrentHashMap<>();

  Throttle(UpstreamBounds bounds, InstantSource clock, Failures failures) {
    this.bounds = bounds;
    this.clock = clock;
    this.failures = failures;
  }

  /** Fails with {@code OriginBusy} while we have to stay away. */
  Future<Void> check(Kind kind) {
    Instant now = clock.instant();
    Instant end = until.getOrDefault(lane(kind), Instant.MIN);
    return now.isBefore(end)
        ? Future.failedFuture(failures.busy(Duration.between(now, end)))
        : Future.succeededFuture();
  }

  /** Takes note of a 429; the failure to answer with. */
  PullException stop(Kind kind, Reply reply) {
    Duration pause = RetryAfter.of(reply, clock.instant(), bounds);
    until.put(lane(kind), clock.instant().plus(pause));
    return failures.busy(pause);
  }

  /** Until when manifests must wait. */
  Optional<Instant> busyUntil() {
    return Optional.ofNullable(until.get(Lane.NAMES)).filter(clock.instant()::isBefore);
  }

  private static Lane lane(Kind kind) {
    return switch (kind) {
      case BLOB -> Lane.BLOBS;
      case TOKEN -> Lane.TOKENS;
      case MANIFEST, TAGS, REFERRERS -> Lane.NAMES;
    };
  }
}
