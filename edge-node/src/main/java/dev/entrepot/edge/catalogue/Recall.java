package dev.entrepot.edge.catalogue;

import com.github.benmanes.caffeine.cache.Cache;
import dev.entrepot.edge.store.DiskRoom;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in memory, with the disk as the source of what is not there. What is in memory is
 * answered at once, on the caller's thread, and touches no disk. A disk that cannot be read is a
 * miss.
 *
 * <p>A record read from disk never replaces one that was put or forgotten while it was being read.
 */
final class Recall<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(Recall.class);

  private final Cache<K, V> hot;
  private final DiskRoom disk;
  private final Function<K, Optional<V>> read;
  private final AtomicLong forgettings = new AtomicLong();

  Recall(Cache<K, V> hot, DiskRoom disk, Function<K, Optional<V>> read) {
    this.hot = hot;
    this.disk = disk;
    this.read = read;
  }

  Future<Optional<V>> get(K key) {
    V held = hot.getIfPresent(key);
    return held != null ? Future.succeededFuture(Optional.of(held)) : load(key);
  }

  /** What is in memory, without asking the disk. */
  Optional<V> peek(K key) {
    return Optional.ofNullable(hot.getIfPresent(key));
  }

  void put(K key, V value) {
    hot.put(key, value);
  }

  /** Drops a record from memory, after it was removed from disk. */
  void forget(K key) {
    forgettings.incrementAndGet();
    hot.invalidate(key);
  }

  /** Drops every record whose key matches, after they were removed from disk. */
  void forgetAll(Predicate<K> matching) {
    forgettings.incrementAndGet();
    hot.asMap().keySet().removeIf(matching);
  }

  private Future<Optional<V>> load(K key) {
    long before = forgettings.get();
    return disk.call(() -> read.apply(key))
        .otherwise(this::unreadable)
        .map(found -> found.map(value -> keep(key, value, before)));
  }

  private V keep(K key, V value, long before) {
    V newer = hot.asMap().putIfAbsent(key, value);
    if (forgettings.get() != before) {
      hot.invalidate(key);
    }
    return newer == null ? value : newer;
  }

  private Optional<V> unreadable(Throwable cause) {
    LOG.warn("the catalogue cannot be read from disk: {}", cause.toString());
    return Optional.empty();
  }
}
