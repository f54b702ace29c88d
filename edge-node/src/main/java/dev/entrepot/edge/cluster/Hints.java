package dev.entrepot.edge.cluster;

import com.hazelcast.map.IMap;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.cluster.ClusterObserver.Outcome;
import dev.entrepot.edge.cluster.Site.Kind;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hints over Hazelcast's maps. Hazelcast's own code never runs on the caller's thread, and whatever
 * it does, a question ends within the limit.
 */
final class Hints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Hints.class);
  private static final int ASKING_THREADS = 2;

  private final Seal seal;
  private final HintLimits limits;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final ClusterObserver observer;
  private final Breaker breaker;
  private final Seldom forgeries = new Seldom(1, Duration.ofMinutes(1), System::nanoTime);
  private final Gate asking;
  private final Gate telling;
  private final Gate tellingBytes;
  // Bounded by the gates, not by their queues. One thread tells, so that what is said and then
  // taken back of the same key arrives in that order.
  private final Workers askers = new Workers("cluster-ask", ASKING_THREADS);
  private final Workers teller = new Workers("cluster-tell", 1);
  private volatile @Nullable Map<Kind, IMap<String, Object>> maps;

  Hints(
      Seal seal,
      HintLimits limits,
      Scheduler scheduler,
      InstantSource clock,
      ClusterObserver observer) {
    this.seal = seal;
    this.limits = limits;
    this.scheduler = scheduler;
    this.clock = clock;
    this.observer = observer;
    this.breaker = new Breaker(limits, System::nanoTime);
    this.asking = new Gate(limits.waiting());
    this.telling = new Gate(limits.waiting());
    this.tellingBytes = new Gate(limits.waitingBytes());
  }

  /** From now on there are maps; null: none any more. */
  void use(@Nullable Map<Kind, IMap<String, Object>> now) {
    maps = now;
  }

  Future<Optional<byte[]>> hint(Kind kind, String key) {
    IMap<String, Object> map = map(kind);
    if (map == null || !asking.enter(1)) {
      return skipped(kind);
    }
    if (!breaker.allows()) {
      asking.leave(1);
      return skipped(kind);
    }
    Question question =
        new Question(outcome -> observer.asked(kind, outcome), breaker, () -> asking.leave(1));
    question.limit(scheduler.after(limits.patience(), question::late));
    call(
        askers,
        () -> map.getAsync(key),
        (value, thrown) -> {
          if (thrown == null) {
            question.answered(() -> open(kind, key, value));
          } else {
            question.failed();
          }
        });
    return question.future();
  }

  private Future<Optional<byte[]>> skipped(Kind kind) {
    observer.asked(kind, Outcome.SKIPPED);
    return Future.succeededFuture(Optional.empty());
  }

  void tell(Kind kind, String key, byte[] value, Duration life) {
    IMap<String, Object> map = map(kind);
    if (map == null
        || value.length > limits.valueBytes(kind)
        || life.toMillis() <= 0
        || !tellingBytes.enter(value.length)) {
      observer.untold(kind);
      return;
    }
    Duration bounded = life.compareTo(limits.longest()) > 0 ? limits.longest() : life;
    Instant end = clock.instant().plus(bounded);
    say(
        kind,
        () ->
            map.setAsync(
                key,
                seal.seal(kind.name(), key, end, value),
                bounded.toMillis(),
                TimeUnit.MILLISECONDS),
        value.length);
  }

  void forget(Kind kind, String key) {
    IMap<String, Object> map = map(kind);
    if (map == null) {
      observer.untold(kind);
      return;
    }
    // Not removeAsync, which would send the old value here.
    say(kind, () -> map.deleteAsync(key), 0);
  }

  private void say(Kind kind, Supplier<CompletionStage<?>> call, int bytes) {
    if (!telling.enter(1)) {
      tellingBytes.leave(bytes);
      observer.untold(kind);
      return;
    }
    call(
        teller,
        call,
        (_, thrown) -> {
          telling.leave(1);
          tellingBytes.leave(bytes);
          if (thrown != null) {
            LOG.debug("a hint of {} could not be told", kind, thrown);
            observer.untold(kind);
          }
        });
  }

  private @Nullable IMap<String, Object> map(Kind kind) {
    Map<Kind, IMap<String, Object>> now = maps;
    return now == null ? null : now.get(kind);
  }

  /** What came may be of any type: whoever reaches a member's port can put anything there. */
  private Question.Answer open(Kind kind, String key, @Nullable Object value) {
    if (value == null) {
      return new Question.Answer(Outcome.NONE, Optional.empty());
    }
    if (value instanceof byte[] sealed
        && sealed.length <= limits.valueBytes(kind) + Seal.HEAD_BYTES) {
      switch (seal.open(kind.name(), key, sealed, clock.instant())) {
        case Seal.Opened.Said said -> {
          return new Question.Answer(Outcome.FOUND, Optional.of(said.value()));
        }
        case Seal.Opened.Over _ -> {
          return new Question.Answer(Outcome.EXPIRED, Optional.empty());
        }
        case Seal.Opened.Forged _ -> {}
      }
    }
    if (forgeries.allows()) {
      LOG.warn(
          "a hint of {} and {} before it were ignored, since no edge with this cluster.secret has"
              + " said them; see who reaches the port of cluster.address",
          kind,
          forgeries.unsaid());
    }
    return new Question.Answer(Outcome.FORGED, Optional.empty());
  }

  private interface End {
    void now(@Nullable Object value, @Nullable Throwable thrown);
  }

  /** Calls on one of our threads and ends on one; Hazelcast may throw instead of answering. */
  private static void call(Executor threads, Supplier<? extends CompletionStage<?>> call, End end) {
    threads.execute(() -> {
      try {
        var _ = call.get().whenCompleteAsync(end::now, threads);
      } catch (RuntimeException e) {
        end.now(null, e);
      }
    });
  }

  @Override
  public void close() {
    use(null);
    askers.close();
    teller.close();
  }
}
