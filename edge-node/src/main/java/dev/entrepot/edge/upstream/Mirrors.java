package dev.entrepot.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks the urls of one upstream in order. Only the first, the source, can say that something is not
 * there or not ours; a mirror that says so may merely not have it.
 */
final class Mirrors {
  /** Shortest wait for a throttling upstream, so that waiting always ends. */
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);

  private final Vertx vertx;
  private final List<Source> sources;
  private final Failures failures;

  Mirrors(Vertx vertx, List<Source> sources, Failures failures) {
    this.vertx = vertx;
    this.sources = List.copyOf(sources);
    this.failures = failures;
  }

  Source source() {
    return sources.getFirst();
  }

  List<Source> all() {
    return sources;
  }

  /**
   * Asks until somebody answers or the deadline is over.
   *
   * @param quotaWait how long to wait, in all, for an upstream that throttles
   * @param discard gets an answer that comes too late
   */
  <T> Future<T> ask(
      Deadline deadline,
      Duration quotaWait,
      Function<Source, Future<T>> asking,
      Consumer<T> discard) {
    return deadline.bound(
        vertx,
        round(deadline, quotaWait, asking),
        () -> failures.timeout("no answer within the time for one question"),
        discard);
  }

  private <T> Future<T> round(
      Deadline deadline, Duration quotaWait, Function<Source, Future<T>> asking) {
    return from(deadline, asking, 0)
        .recover(cause -> {
          Optional<Duration> wait =
              Source.busyFor(cause).filter(pause -> pause.compareTo(quotaWait) <= 0);
          return wait.isPresent() && !deadline.passed()
              ? later(deadline, quotaWait, asking, wait.get())
              : Future.failedFuture(cause);
        });
  }

  private <T> Future<T> later(
      Deadline deadline, Duration quotaWait, Function<Source, Future<T>> asking, Duration pause) {
    Duration wait = pause.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : pause;
    return vertx
        .timer(wait.toMillis() + 1)
        .compose(_ -> round(deadline, quotaWait.minus(wait), asking));
  }

  private <T> Future<T> from(Deadline deadline, Function<Source, Future<T>> asking, int index) {
    Source source = sources.get(index);
    return source
        .persist(deadline, () -> asking.apply(source))
        .recover(cause ->
            index + 1 < sources.size() && mayGoOn(index, cause) && !deadline.passed()
                ? from(deadline, asking, index + 1).recover(_ -> Future.failedFuture(cause))
                : Future.failedFuture(cause));
  }

  private static boolean mayGoOn(int index, Throwable cause) {
    return index > 0 || !Failures.isAnswer(cause);
  }
}
