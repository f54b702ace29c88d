package dev.entrepot.edge.catalogue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * At most one conversation about a key at a time; whoever comes second waits for the first one's
 * outcome, good or bad. A conversation leaves before its waiters are told, so whatever it has put
 * away is found by those who come later.
 */
final class Coalescer<K, V> {
  private final ConcurrentMap<K, Future<V>> running = new ConcurrentHashMap<>();

  /**
   * An outcome to come.
   *
   * @param collapsed whether it is the outcome of a conversation that somebody else began
   */
  record Joined<V>(Future<V> outcome, boolean collapsed) {}

  Joined<V> join(K key, Supplier<Future<V>> conversation) {
    Promise<V> mine = Promise.promise();
    Future<V> theirs = running.putIfAbsent(key, mine.future());
    if (theirs != null) {
      return new Joined<>(theirs, true);
    }
    // Begun outside the map's lock, and inside compose so that a throw is a failed future.
    Future.<Void>succeededFuture()
        .compose(_ -> conversation.get())
        .onComplete(end -> {
          running.remove(key, mine.future());
          mine.handle(end);
        });
    return new Joined<>(mine.future(), false);
  }

  /** Completes when nothing is said about the key at the moment; never fails. */
  Future<Void> quiet(K key) {
    Future<V> outcome = running.get(key);
    return outcome == null ? Future.succeededFuture() : outcome.<Void>mapEmpty().otherwiseEmpty();
  }
}
