package dev.entrepot.edge.blob;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.access.Vouched;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.store.CellStore;
import dev.entrepot.edge.store.DiskRoom;
import dev.entrepot.edge.store.KeyValueStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs of this edge: one look into the index says whether a blob is held; if not, a fill
 * brings it, one for each digest.
 *
 * <pre>
 *   open ──held whole, small──▶ BytesReader      (memory, or one value)
 *        ──held whole─────────▶ HeldReader       (cells; a rotten one becomes a fill)
 *        ──else──▶ Fills ─────▶ FillReader       (joins the running fill, or begins one)
 * </pre>
 */
public final class BlobCache implements Blobs, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlobCache.class);

  /** How often a blob is looked for when the fill that was to bring it has just ended. */
  private static final int LOOKS = 8;

  private final BlobConfig config;
  private final Ports ports;
  private final BlobStats stats = new BlobStats();
  private final BlobIndex index;
  private final Touches touches;
  private final Shelf shelf;
  private final Fills fills;
  private final Cache<Digest, byte[]> objects;
  private volatile Scheduler.Timer flush;
  private volatile boolean closed;

  /**
   * What the blobs' room works with.
   *
   * @param freeBytes bytes that are free on the store's volume
   * @param pinned whether a blob must stay
   * @param kept told of each blob that has come to be held whole
   * @param connectionsPerFill how many requests for one blob may run side by side, by upstream
   * @param lanes threads on which fills run; a fill never blocks one
   */
  public record Ports(
      BlobOrigin origin,
      KeyValueStore values,
      CellStore cells,
      DiskRoom disk,
      Scheduler scheduler,
      InstantSource clock,
      RandomGenerator random,
      LongSupplier freeBytes,
      Predicate<Digest> pinned,
      Consumer<Digest> kept,
      ToIntFunction<String> connectionsPerFill,
      Executor lanes) {}

  private BlobCache(BlobConfig config, Ports ports) {
    this.config = config;
    this.ports = ports;
    this.index = new BlobIndex(ports.values(), ports.cells());
    this.touches = new Touches(ports.clock(), config.halfLife());
    this.shelf =
        new Shelf(
            config,
            index,
            ports.cells(),
            ports.disk(),
            touches,
            ports.clock(),
            ports.freeBytes(),
            ports.values()::metadataBytesOnDisk,
            ports.pinned(),
            stats);
    this.fills = new Fills(config, ports, index, shelf, stats, this::look);
    this.objects =
        Caffeine.newBuilder()
            .maximumWeight(config.objectCache())
            .weigher((Digest _, byte[] bytes) -> bytes.length + 256)
            .executor(Runnable::run)
            .build();
    this.flush = () -> {};
  }

  /** Opens the room: reads the index, repairs it, evicts what is too much. Blocks. */
  public static BlobCache open(BlobConfig config, Ports ports) {
    BlobCache cache = new BlobCache(config, ports);
    cache.index.load();
    cache.touches.load(ports.values());
    cache.shelf.makeRoom();
    cache.flushLater();
    return cache;
  }

  @Override
  public Future<OpenBlob> open(Vouched vouched, List<ByteRange> wanted) {
    Descriptor blob = vouched.descriptor();
    Repository source = vouched.permit().repository();
    if (blob.size() == 0) {
      return openEmpty(blob, source);
    }
    return look(blob, source, wanted, LOOKS);
  }

  /** Counts for the meters. */
  public BlobStats stats() {
    return stats;
  }

  /** Bytes on disk now. */
  public long usedBytes() {
    return shelf.usedBytes();
  }

  /** Bytes of metadata on disk now; they count towards the capacity. */
  public long metadataBytes() {
    return ports.values().metadataBytesOnDisk();
  }

  /** How often the index was asked; a hit asks once. */
  public long lookups() {
    return index.lookups();
  }

  /** Whether a blob is held whole. */
  public boolean holds(Digest digest) {
    return index.find(digest).filter(BlobRecord::isWhole).isPresent();
  }

  /** Whether a blob is on its way here. */
  public boolean fills(Digest digest) {
    return fills.isRunning(digest);
  }

  /** Writes down what must not be lost, and ends. Running fills are left as a crash would. */
  @Override
  public void close() {
    closed = true;
    flush.cancel();
    touches.flush(ports.values());
  }

  private Future<OpenBlob> look(
      Descriptor blob, Repository source, List<ByteRange> wanted, int looks) {
    Optional<BlobRecord> record = index.find(blob.digest()).filter(BlobRecord::isWhole);
    return record.isPresent()
        ? openHeld(blob, source, wanted, record.get())
        : fills.open(blob, source, wanted, looks);
  }

  private Future<OpenBlob> openHeld(
      Descriptor blob, Repository source, List<ByteRange> wanted, BlobRecord record) {
    if (record.size() != blob.size()) {
      String how = "says that the blob has " + blob.size() + " bytes, but it has " + record.size();
      return Future.failedFuture(new Failure.OriginLied(source.upstream(), how).asException());
    }
    CacheStatus status = CacheStatus.hit(age(record));
    if (record.cells().isEmpty()) {
      return openSmall(blob, source, wanted, record, status);
    }
    return Future.succeededFuture(
        new HeldReader(
            blob.digest(),
            record,
            status,
            ports.cells(),
            ports.disk(),
            shelf,
            stats,
            () -> fills.open(blob, source, wanted, LOOKS)));
  }

  private Future<OpenBlob> openSmall(
      Descriptor blob,
      Repository source,
      List<ByteRange> wanted,
      BlobRecord record,
      CacheStatus status) {
    touches.touch(blob.digest());
    byte[] cached = objects.getIfPresent(blob.digest());
    if (cached != null) {
      stats.servedFromMemory(cached.length);
      return Future.succeededFuture(new BytesReader(cached, status));
    }
    return ports
        .disk()
        .call(() -> readObject(blob.digest(), record))
        .compose(found -> {
          if (found.isEmpty()) {
            return fills.open(blob, source, wanted, LOOKS);
          }
          byte[] bytes = found.get();
          objects.put(blob.digest(), bytes);
          stats.servedFromStore(bytes.length);
          return Future.succeededFuture(new BytesReader(bytes, status));
        });
  }

  /** A small blob's bytes, checked; they go if they are not what they should be. */
  private Optional<byte[]> readObject(Digest digest, BlobRecord record) {
    Optional<byte[]> bytes = index.object(digest).filter(found -> found.length == record.size());
    if (bytes.filter(found -> digest.equals(hash(digest, found))).isEmpty()) {
      LOG.warn("small blob {} is rotten: fetched again", digest);
      stats.foundRotten();
      shelf.discardRotten(digest, record);
      return Optional.empty();
    }
    return bytes;
  }

  private static Digest hash(Digest like, byte[] bytes) {
    return Digest.of(like.algorithm(), like.algorithm().hasher().digest(bytes));
  }

  /** Nothing need be asked to serve nothing. */
  private static Future<OpenBlob> openEmpty(Descriptor blob, Repository source) {
    byte[] nothing = new byte[0];
    if (!blob.digest().equals(hash(blob.digest(), nothing))) {
      String how = "says that a blob is empty whose digest is not that of nothing";
      return Future.failedFuture(new Failure.OriginLied(source.upstream(), how).asException());
    }
    return Future.succeededFuture(new BytesReader(nothing, CacheStatus.hit(Duration.ZERO)));
  }

  private Duration age(BlobRecord record) {
    Duration age =
        Duration.between(record.storedAt(), Instant.ofEpochMilli(ports.clock().millis()));
    return age.isNegative() ? Duration.ZERO : age;
  }

  private void flushLater() {
    flush = ports.scheduler().after(config.touchFlush(), this::flushNow);
  }

  private void flushNow() {
    ports
        .disk()
        .<Boolean>call(() -> {
          touches.flush(ports.values());
          return shelf.makeRoom();
        })
        .onComplete(done -> {
          if (done.failed()) {
            LOG.warn("the reads' counts could not be written: {}", done.cause().getMessage());
          }
          if (!closed) {
            flushLater();
          }
        });
  }
}
