package dev.entrepot.edge.blob;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The fills that run: one for each digest at a time, whoever asks. */
final class Fills {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final BlobConfig config;
  private final BlobCache.Ports ports;
  private final BlobIndex index;
  private final Shelf shelf;
  private final BlobStats stats;
  private final Look look;
  private final Map<Digest, Running> running = new ConcurrentHashMap<>();

  /** Looks for a blob from the beginning: it may be held whole by now. */
  interface Look {
    Future<OpenBlob> again(
        Descriptor blob, Repository source, List<ByteRange> wanted, int looksLeft);
  }

  /** A fill, and whether it can take readers by now. */
  private record Running(Fill fill, Future<Void> ready, Optional<BlobRecord> partial) {}

  Fills(
      BlobConfig config,
      BlobCache.Ports ports,
      BlobIndex index,
      Shelf shelf,
      BlobStats stats,
      Look look) {
    this.config = config;
    this.ports = ports;
    this.index = index;
    this.shelf = shelf;
    this.stats = stats;
    this.look = look;
  }

  /**
   * Opens a blob that is not held whole. Completes when its first wanted byte is here.
   *
   * @param looks how often it may be looked for again when its fill has just ended
   */
  Future<OpenBlob> open(Descriptor blob, Repository source, List<ByteRange> wanted, int looks) {
    if (looks == 0) {
      return Future.failedFuture(
          new Failure.Overloaded("this blob's fills end before they can be joined", RETRY_AFTER)
              .asException());
    }
    if (running.size() >= config.fills() && !running.containsKey(blob.digest())) {
      return Future.failedFuture(
          new Failure.Overloaded("as many blobs as allowed are being fetched", RETRY_AFTER)
              .asException());
    }
    Promise<Void> prepared = Promise.promise();
    Running mine = running.computeIfAbsent(blob.digest(), _ -> begin(blob, prepared.future()));
    if (mine == null) {
      return look.again(blob, source, wanted, looks - 1);
    }
    boolean began = mine.ready().equals(prepared.future()); // the very same one
    if (began) {
      prepare(mine.fill(), mine.partial(), false).onComplete(prepared);
    }
    return mine.ready().compose(_ -> join(mine, began, blob, source, wanted, looks));
  }

  boolean isRunning(Digest digest) {
    return running.containsKey(digest);
  }

  /** A new fill; none when another one has just completed the blob. */
  private @Nullable Running begin(Descriptor blob, Future<Void> ready) {
    Optional<BlobRecord> before = index.find(blob.digest());
    boolean whole = before.filter(BlobRecord::isWhole).isPresent();
    return whole ? null : new Running(new Fill(blob, parts()), ready, before);
  }

  /** Finds room and opens what an earlier run has left. */
  private Future<Void> prepare(Fill fill, Optional<BlobRecord> before, boolean alone) {
    stats.fillStarted();
    return ports
        .disk()
        .<Boolean>call(() -> {
          if (!alone) {
            prepareNow(fill, before);
          }
          return true;
        })
        .<Void>mapEmpty()
        .onFailure(_ -> {
          stats.fillEnded(true);
          forget(fill);
        });
  }

  private void prepareNow(Fill fill, Optional<BlobRecord> before) {
    Descriptor blob = fill.blob();
    if (before.isPresent() && before.get().size() != blob.size()) {
      shelf.discardRotten(blob.digest(), before.get());
    }
    if (shelf.reserve(blob)) {
      fill.store();
      index.find(blob.digest()).ifPresent(fill::continueFrom);
    } else {
      stats.passedThrough();
    }
  }

  private Future<OpenBlob> join(
      Running mine,
      boolean began,
      Descriptor blob,
      Repository source,
      List<ByteRange> wanted,
      int looks) {
    Fill fill = mine.fill();
    if (fill.blob().size() != blob.size()) {
      String how =
          "says that the blob has "
              + blob.size()
              + " bytes; another repository says "
              + fill.blob().size();
      return Future.failedFuture(new Failure.OriginLied(source.upstream(), how).asException());
    }
    Promise<OpenBlob> opened = Promise.promise();
    fill.onLane(() -> {
      FillReader reader = new FillReader(fill, source, wanted.getFirst().first(), shelf);
      reader.status(status(fill, began, wanted));
      switch (fill.join(reader, source, wanted)) {
        case YES -> awaitFirstByte(reader, wanted).onComplete(opened);
        case ENDED ->
            fill.over()
                .compose(_ -> look.again(blob, source, wanted, looks - 1))
                .onComplete(opened);
        case PASSED -> openAlone(blob, source, wanted).onComplete(opened);
      }
    });
    return opened.future();
  }

  /** A fill of its own for a reader who came too late for one that keeps nothing. */
  private Future<OpenBlob> openAlone(Descriptor blob, Repository source, List<ByteRange> wanted) {
    Fill fill = new Fill(blob, parts());
    return prepare(fill, Optional.empty(), true)
        .compose(_ ->
            join(
                new Running(fill, Future.succeededFuture(), Optional.empty()),
                true,
                blob,
                source,
                wanted,
                1));
  }

  private static Future<OpenBlob> awaitFirstByte(FillReader reader, List<ByteRange> wanted) {
    long first = wanted.getFirst().first();
    return reader
        .read(first, first + 1, OpenBlob.Use.NATIVE)
        .map(bytes -> {
          bytes.release();
          reader.begun();
          return (OpenBlob) reader;
        })
        .onFailure(_ -> reader.close());
  }

  private static CacheStatus status(Fill fill, boolean began, List<ByteRange> wanted) {
    boolean held = fill.holds(wanted);
    CacheStatus.Outcome outcome =
        held
            ? CacheStatus.Outcome.HIT
            : fill.continues() ? CacheStatus.Outcome.PARTIAL : CacheStatus.Outcome.MISS;
    CacheStatus status =
        CacheStatus.of(outcome).collapsed(!began && !held).stored(fill.isStoring() && !held);
    long size = fill.blob().size();
    boolean early = wanted.stream().anyMatch(range -> range.end() < size);
    return early && !fill.isProved() ? status.with(CacheStatus.Detail.UNPROVED) : status;
  }

  private FillParts parts() {
    return new FillParts(
        config,
        ports.origin(),
        ports.cells(),
        ports.disk(),
        shelf,
        ports.scheduler(),
        ports.random(),
        stats,
        ports.connectionsPerFill(),
        new Lane(ports.lanes()),
        ports.kept(),
        this::ended);
  }

  private void ended(Fill fill) {
    forget(fill);
  }

  private void forget(Fill fill) {
    running.computeIfPresent(
        fill.blob().digest(),
        (digest, now) -> {
          if (now.fill() != fill) {
            return now;
          }
          shelf.release(digest);
          return null;
        });
  }
}
