package dev.entrepot.edge.blob;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.edge.store.KeyValueStore;
import dev.entrepot.edge.store.KeyValueStore.Change;
import dev.entrepot.edge.store.Table;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How recently and how often blobs were read, as one number each: every read counts one, and what
 * was counted halves with each half-life (LRFU: Lee et al., 2001). As all counts shrink alike, the
 * order of two blobs changes only when one of them is read.
 */
final class Touches {
  private final InstantSource clock;
  private final double halfLifeMillis;
  private final Map<Digest, Touch> touches = new ConcurrentHashMap<>();
  private final Set<Digest> dirty = ConcurrentHashMap.newKeySet();

  /**
   * One blob's count.
   *
   * @param at milliseconds since the epoch
   * @param count the reads, halved as time went by, as they were at {@code at}
   */
  record Touch(long at, double count) {}

  Touches(InstantSource clock, Duration halfLife) {
    this.clock = clock;
    this.halfLifeMillis = halfLife.toMillis();
  }

  /** The blob is read now. Cheap, for any thread. */
  void touch(Digest digest) {
    long now = clock.millis();
    touches.merge(
        digest,
        new Touch(now, 1),
        (before, _) -> new Touch(now, 1 + before.count() * decay(now - before.at())));
    dirty.add(digest);
  }

  /** The higher, the more worth keeping; comparable between blobs whatever the time is. */
  double worth(Digest digest, Instant storedAt) {
    Touch touch = touches.get(digest);
    if (touch == null) {
      return storedAt.toEpochMilli() / halfLifeMillis;
    }
    return touch.at() / halfLifeMillis + Math.log(touch.count()) / Math.log(2);
  }

  void forget(Digest digest) {
    touches.remove(digest);
    dirty.remove(digest);
  }

  /** Reads what was written down. Blocks. */
  void load(KeyValueStore values) {
    values.scan(
        Table.TOUCHES,
        new byte[0],
        (key, value) -> {
          if (value.length == Long.BYTES + Double.BYTES) {
            ByteBuffer in = ByteBuffer.wrap(value);
            touches.put(BlobKeys.parse(key), new Touch(in.getLong(), in.getDouble()));
          }
          return true;
        });
  }

  /** Writes down what has changed. Blocks. */
  void flush(KeyValueStore values) {
    List<Change> changes = new ArrayList<>();
    for (Digest digest : List.copyOf(dirty)) {
      dirty.remove(digest);
      Touch touch = touches.get(digest);
      if (touch != null) {
        byte[] value = new byte[Long.BYTES + Double.BYTES];
        ByteBuffer.wrap(value).putLong(touch.at()).putDouble(touch.count());
        changes.add(new Change.Put(Table.TOUCHES, BlobKeys.of(digest), value));
      }
    }
    if (!changes.isEmpty()) {
      values.write(changes, false);
    }
  }

  private double decay(long millis) {
    return Math.pow(0.5, Math.max(0, millis) / halfLifeMillis);
  }
}
