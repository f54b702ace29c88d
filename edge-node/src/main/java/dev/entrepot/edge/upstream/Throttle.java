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
 * memory; blobs and tokens have their own: Docker Hub counts manifests and lets blobs through. It
 * also counts those without an account by their address and the others by their account, so what is
 * asked without one never keeps an account away.
 */
final class Throttle {

  private enum Lane {
    NAMES,
    BLOBS,
    TOKENS
  }

  private record Asker(Lane lane, boolean account) {}

  private final UpstreamBounds bounds;
  private final InstantSource clock;
  private final Failures failures;
  private final Map<Asker, Instant> until = new ConcurrentHashMap<>();

  Throttle(UpstreamBounds bounds, InstantSource clock, Failures failures) {
    this.bounds = bounds;
    this.clock = clock;
    this.failures = failures;
  }

  /** Fails with {@code OriginBusy} while we have to stay away. */
  Future<Void> check(Kind kind, Optional<Credentials> account) {
    Instant now = clock.instant();
    Instant end = until.getOrDefault(asker(kind, account), Instant.MIN);
    return now.isBefore(end)
        ? Future.failedFuture(failures.busy(Duration.between(now, end)))
        : Future.succeededFuture();
  }

  /** Takes note of a 429; the failure to answer with. */
  PullException stop(Kind kind, Optional<Credentials> account, Reply reply) {
    Duration pause = RetryAfter.of(reply, clock.instant(), bounds);
    until.put(asker(kind, account), clock.instant().plus(pause));
    return failures.busy(pause);
  }

  /** Until when manifests must wait. */
  Optional<Instant> busyUntil(Optional<Credentials> account) {
    return Optional.ofNullable(until.get(asker(Kind.MANIFEST, account)))
        .filter(clock.instant()::isBefore);
  }

  private static Asker asker(Kind kind, Optional<Credentials> account) {
    return new Asker(lane(kind), account.isPresent());
  }

  private static Lane lane(Kind kind) {
    return switch (kind) {
      case BLOB -> Lane.BLOBS;
      case TOKEN -> Lane.TOKENS;
      case MANIFEST, TAGS, REFERRERS -> Lane.NAMES;
    };
  }
}
