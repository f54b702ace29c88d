package dev.entrepot.edge.blob;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.edge.store.CellId;
import dev.entrepot.edge.store.CellLayout;
import dev.entrepot.edge.store.CellStore;
import dev.entrepot.edge.store.KeyValueStore;
import dev.entrepot.edge.store.KeyValueStore.Change;
import dev.entrepot.edge.store.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which blobs are held, how much of them, and where. The whole index lives in memory, about 20
 * bytes for each MiB held and 200 for each blob; the table is its durable copy. Reading is for any
 * thread and touches no disk; changing blocks.
 */
final class BlobIndex {
  private static final Logger LOG = LoggerFactory.getLogger(BlobIndex.class);

  private final KeyValueStore values;
  private final CellStore cells;
  private final Map<Digest, BlobRecord> records = new ConcurrentHashMap<>();
  private final AtomicLong objectBytes = new AtomicLong();
  private final LongAdder lookups = new LongAdder();

  BlobIndex(KeyValueStore values, CellStore cells) {
    this.values = values;
    this.cells = cells;
  }

  /** What is held of a blob. */
  Optional<BlobRecord> find(Digest digest) {
    lookups.increment();
    return Optional.ofNullable(records.get(digest));
  }

  /** All that is held. */
  Map<Digest, BlobRecord> all() {
    return Map.copyOf(records);
  }

  /** How often {@link #find} was called; a hit costs exactly one. */
  long lookups() {
    return lookups.sum();
  }

  /** Bytes of small blobs. */
  long objectBytes() {
    return objectBytes.get();
  }

  /** The bytes of a small blob. Blocks. */
  Optional<byte[]> object(Digest digest) {
    return values.get(Table.OBJECTS, BlobKeys.of(digest));
  }

  /** Remembers what is held of a large blob, durably. Blocks. */
  void put(Digest digest, BlobRecord record) {
    values.write(List.of(new Change.Put(Table.BLOBS, BlobKeys.of(digest), record.encode())), true);
    records.put(digest, record);
  }

  /** Keeps a small blob, durably and whole. Blocks. */
  void putObject(Digest digest, BlobRecord record, byte[] content) {
    byte[] key = BlobKeys.of(digest);
    values.write(
        List.of(
            new Change.Put(Table.OBJECTS, key, content),
            new Change.Put(Table.BLOBS, key, record.encode())),
        true);
    if (records.put(digest, record) == null) {
      objectBytes.addAndGet(content.length);
    }
  }

  /** Forgets blobs and drops their bytes, in that order. Blocks. */
  void drop(Collection<Digest> digests) {
    List<Change> changes = new ArrayList<>();
    for (Digest digest : digests) {
      byte[] key = BlobKeys.of(digest);
      changes.add(new Change.Delete(Table.BLOBS, key));
      changes.add(new Change.Delete(Table.OBJECTS, key));
      changes.add(new Change.Delete(Table.TOUCHES, key));
      forget(digest);
    }
    values.write(changes, true);
    cells.drop(digests);
  }

  /** Reads the index at start and makes it and the cells agree. Blocks. */
  void load() {
    Map<CellId, Long> live = cells.live();
    List<Digest> broken = new ArrayList<>();
    Map<Digest, BlobRecord> changed = new HashMap<>();
    values.scan(
        Table.BLOBS,
        new byte[0],
        (key, value) -> {
          read(key, value, live, broken, changed);
          return true;
        });
    changed.forEach(this::put);
    dropUnknown(live, broken);
  }

  private void read(
      byte[] key,
      byte[] value,
      Map<CellId, Long> live,
      List<Digest> broken,
      Map<Digest, BlobRecord> changed) {
    Digest digest = BlobKeys.parse(key);
    try {
      BlobRecord record = BlobRecord.decode(value);
      BlobRecord kept = onlyLive(digest, record, live);
      if (kept.cells().isEmpty() && !kept.isWhole()) {
        broken.add(digest);
      } else {
        remember(digest, kept);
      }
      if (!kept.equals(record)) {
        changed.put(digest, kept);
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("the record of {} is broken and goes: {}", digest, e.getMessage());
      broken.add(digest);
    }
    changed.keySet().removeAll(broken);
  }

  private void remember(Digest digest, BlobRecord record) {
    records.put(digest, record);
    if (record.cells().isEmpty()) {
      objectBytes.addAndGet(record.size());
    }
  }

  private void forget(Digest digest) {
    BlobRecord record = records.remove(digest);
    if (record != null && record.cells().isEmpty() && record.isWhole()) {
      objectBytes.addAndGet(-record.size());
    }
  }

  /** The record without the cells whose files are gone or have another size. */
  private static BlobRecord onlyLive(Digest digest, BlobRecord record, Map<CellId, Long> live) {
    if (record.cells().isEmpty()) {
      return record;
    }
    Map<Integer, CellLayout> kept = new HashMap<>(record.cells());
    kept.entrySet()
        .removeIf(cell ->
            !Long.valueOf(cell.getValue().fileBytes())
                .equals(live.get(new CellId(digest, cell.getKey()))));
    if (kept.size() == record.cells().size()) {
      return record;
    }
    LOG.warn(
        "{} of {} cells of {} are missing",
        record.cells().size() - kept.size(),
        record.cells().size(),
        digest);
    return new BlobRecord(record.size(), BlobRecord.State.PARTIAL, record.storedAt(), kept);
  }

  /** Drops the live cells that no record knows, and the broken records. */
  private void dropUnknown(Map<CellId, Long> live, List<Digest> broken) {
    List<CellId> unknown =
        live.keySet().stream()
            .filter(id -> !broken.contains(id.digest()))
            .filter(id -> !knows(id))
            .toList();
    if (!unknown.isEmpty() || !broken.isEmpty()) {
      LOG.info("{} cells and {} blobs were left unfinished and go", unknown.size(), broken.size());
      cells.dropCells(unknown);
      drop(broken);
    }
  }

  private boolean knows(CellId id) {
    BlobRecord record = records.get(id.digest());
    return record != null && record.cells().containsKey(id.number());
  }
}
