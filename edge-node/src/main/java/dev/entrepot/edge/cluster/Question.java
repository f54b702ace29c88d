package dev.entrepot.edge.cluster;

import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.cluster.ClusterObserver.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One question to the others, which ends once: answered, failed or late. Its future completes on
 * the Vert.x context of whoever asked, if there is one.
 */
final class Question {
  /** What came of it. */
  record Answer(Outcome outcome, Optional<byte[]> value) {}

  private final Consumer<Outcome> told;
  private final Breaker breaker;
  private final Runnable left;
  private final Promise<Optional<byte[]>> promise;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile Scheduler.@Nullable Timer timer;

  /**
   * @param left is run once when Hazelcast has done with it, which may be long after it was late
   */
  Question(Consumer<Outcome> told, Breaker breaker, Runnable left) {
    this.told = told;
    this.breaker = breaker;
    this.left = left;
    this.promise =
        Vertx.currentContext() instanceof ContextInternal here ? here.promise() : Promise.promise();
  }

  Future<Optional<byte[]>> future() {
    return promise.future();
  }

  void limit(Scheduler.Timer set) {
    timer = set;
  }

  /** The time is over. */
  void late() {
    if (over.compareAndSet(false, true)) {
      breaker.failed();
      end(new Answer(Outcome.LATE, Optional.empty()));
    }
  }

  /** Hazelcast could not answer. */
  void failed() {
    left.run();
    if (over.compareAndSet(false, true)) {
      breaker.failed();
      end(new Answer(Outcome.SKIPPED, Optional.empty()));
    }
  }

  /** Hazelcast has answered; what it said is looked at only if somebody still waits. */
  void answered(Supplier<Answer> answer) {
    left.run();
    if (over.compareAndSet(false, true)) {
      breaker.answered();
      end(answer.get());
    }
  }

  private void end(Answer answer) {
    Scheduler.Timer set = timer;
    if (set != null) {
      set.cancel();
    }
    told.accept(answer.outcome());
    promise.complete(answer.value());
  }
}
