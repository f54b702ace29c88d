package dev.entrepot.edge.blob;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.edge.store.CellLayout;
import dev.entrepot.edge.store.CellStore;
import dev.entrepot.edge.store.DiskRoom;
import dev.entrepot.edge.store.StoreException;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept, how much room there is, and what goes when there is none.
 *
 * <p>Every fill reserves its blob's room before it begins, so the cap holds at any moment: bytes on
 * disk, metadata included, plus what running fills have reserved and not yet written, never exceed
 * the capacity. Room is made by evicting whole blobs: unfinished ones that nobody fills first, then
 * those that are least worth keeping; never those that are pinned, being read or being filled.
 */
final class Shelf {
  private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

  /** What a cell's file takes beside its chunks: index block, properties, footer, entry headers. */
  private static final long CELL_OVERHEAD = 32 << 10;

  /** When room must be made, this part of the capacity more is made, so that it lasts a while. */
  private static final long SLACK_DIVISOR = 100;

  private final BlobConfig config;
  private final BlobIndex index;
  private final CellStore cells;
  private final DiskRoom disk;
  private final Touches touches;
  private final InstantSource clock;
  private final LongSupplier freeBytes;
  private final LongSupplier metadata;
  private final Predicate<Digest> pinned;
  private final BlobStats stats;
  private final Map<Digest, Long> reserved = new ConcurrentHashMap<>();
  private final Map<Digest, Integer> inUse = new ConcurrentHashMap<>();

  Shelf(
      BlobConfig config,
      BlobIndex index,
      CellStore cells,
      DiskRoom disk,
      Touches touches,
      InstantSource clock,
      LongSupplier freeBytes,
      LongSupplier metadata,
      Predicate<Digest> pinned,
      BlobStats stats) {
    this.config = config;
    this.index = index;
    this.cells = cells;
    this.disk = disk;
    this.touches = touches;
    this.clock = clock;
    this.freeBytes = freeBytes;
    this.metadata = metadata;
    this.pinned = pinned;
    this.stats = stats;
  }

  // ---- room

  /** Bytes on disk now. */
  long usedBytes() {
    return cells.bytesOnDisk() + index.objectBytes();
  }

  /**
   * Makes room for a blob that is about to be fetched, evicting others. Blocks.
   *
   * @return whether there is room now; it is the blob's until {@link #release}
   */
  synchronized boolean reserve(Descriptor blob) {
    long bytes = estimate(blob.size());
    reserved.put(blob.digest(), bytes);
    try {
      if (makeRoom()) {
        return true;
      }
    } catch (StoreException e) {
      LOG.warn("no room could be made for {}: {}", blob.digest(), e.getMessage());
    }
    reserved.remove(blob.digest());
    return false;
  }

  /** The blob needs no more room than what it has. */
  void release(Digest digest) {
    reserved.remove(digest);
  }

  /** Evicts until everything fits, as when the capacity has been made smaller. Blocks. */
  synchronized boolean makeRoom() {
    long missing = missing();
    if (missing <= 0) {
      return true;
    }
    evict(missing);
    return missing() <= 0;
  }

  private long missing() {
    long coming = 0;
    for (Map.Entry<Digest, Long> fill : reserved.entrySet()) {
      coming += Math.max(0, fill.getValue() - cells.bytesOf(fill.getKey()));
    }
    long overCap = usedBytes() + metadata.getAsLong() + coming - config.capacity();
    long overFree = config.minFree() + coming - freeBytes.getAsLong();
    return Math.max(overCap, overFree);
  }

  private static long estimate(long size) {
    Geometry geometry = new Geometry(Math.max(1, size));
    return geometry.isSmall() ? size : size + geometry.cells() * CELL_OVERHEAD;
  }

  private void evict(long missing) {
    long wanted = missing + config.capacity() / SLACK_DIVISOR;
    List<Digest> victims = new ArrayList<>();
    long bytes = 0;
    for (Candidate candidate : candidates()) {
      if (bytes >= missing && bytes >= wanted) {
        break;
      }
      victims.add(candidate.digest());
      bytes += candidate.record().diskBytes();
    }
    if (bytes < missing) {
      return; // nothing would be won by throwing things away
    }
    index.drop(victims);
    victims.forEach(touches::forget);
    stats.evicted(victims.size(), bytes);
    LOG.debug("evicted {} blobs of {} bytes", victims.size(), bytes);
  }

  private record Candidate(Digest digest, BlobRecord record, double worth) {}

  /** All that may go, in the order in which it goes. */
  private List<Candidate> candidates() {
    List<Candidate> candidates = new ArrayList<>();
    index
        .all()
        .forEach((digest, record) -> {
          boolean busy = reserved.containsKey(digest) || inUse.containsKey(digest);
          if (!busy && !pinned.test(digest)) {
            candidates.add(new Candidate(digest, record, touches.worth(digest, record.storedAt())));
          }
        });
    candidates.sort(
        Comparator.comparing((Candidate candidate) -> candidate.record().isWhole())
            .thenComparingDouble(Candidate::worth));
    return candidates;
  }

  // ---- readers

  /** Somebody reads the blob: it does not go meanwhile. */
  void use(Digest digest) {
    inUse.merge(digest, 1, Integer::sum);
    touches.touch(digest);
  }

  /** A reader is done. */
  void done(Digest digest) {
    inUse.computeIfPresent(digest, (_, count) -> count == 1 ? null : count - 1);
  }

  // ---- keeping

  /** A cell of the blob is live. Blocks. */
  synchronized void keepCell(Descriptor blob, int number, CellLayout layout) {
    BlobRecord before =
        index
            .find(blob.digest())
            .orElseGet(
                () -> new BlobRecord(blob.size(), BlobRecord.State.PARTIAL, now(), Map.of()));
    Map<Integer, CellLayout> layouts = new HashMap<>(before.cells());
    layouts.put(number, layout);
    index.put(
        blob.digest(),
        new BlobRecord(blob.size(), BlobRecord.State.PARTIAL, before.storedAt(), layouts));
  }

  /** The blob is proved and complete: as cells, or as one small value. Blocks. */
  synchronized @Nullable Void keepWhole(
      Descriptor blob, Map<Integer, CellLayout> layouts, Optional<byte[]> small) {
    BlobRecord record = new BlobRecord(blob.size(), BlobRecord.State.WHOLE, now(), layouts);
    if (small.isPresent()) {
      index.putObject(blob.digest(), record, small.get());
    } else {
      index.put(blob.digest(), record);
    }
    touches.touch(blob.digest());
    return null;
  }

  /** Forgets a blob whose bytes are wrong. */
  Future<Void> discard(Digest digest) {
    return disk.<Boolean>call(
            () -> {
              index.drop(List.of(digest));
              return true;
            })
        .mapEmpty();
  }

  /** Forgets a blob whose bytes are rotten, unless somebody has done so already. Blocks. */
  synchronized void discardRotten(Digest digest, BlobRecord record) {
    if (index.find(digest).filter(record::equals).isPresent()) {
      index.drop(List.of(digest));
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}
