package dev.entrepot.edge.blob;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.store.CellId;
import dev.entrepot.edge.store.CellLayout;
import dev.entrepot.edge.store.CellWriter;
import dev.entrepot.edge.store.ChunkReader;
import dev.entrepot.edge.store.KillPoint;
import dev.entrepot.edge.store.RottenException;
import dev.entrepot.edge.store.StoreException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One blob on its way into the store, with any number of readers.
 *
 * <p><b>One lane.</b> Everything here runs on the fill's lane, one thing at a time: what the origin
 * sends, what the disk has done, what readers ask. Only pieces of disk work leave it, with all they
 * need in their hands, and come back as a message to the lane. So nothing here is locked.
 *
 * <p><b>Legs.</b> The blob is fetched in spans of whole cells that nobody else fetches; a {@link
 * Leg} walks one span. A reader that waits far from where the legs are gets the next one, or one
 * more. As spans never overlap and end where the next begins, no byte is asked for twice and none
 * that was sent is thrown away, whatever mixture of readers there is.
 *
 * <p><b>Bytes.</b> What arrives is gathered in chunks. Readers are served from the chunk under way,
 * from the chunks in memory, from the growing cell's file, from the live cell, in that order. The
 * hash follows over the contiguous prefix; a cell that came early is read back when its turn comes.
 *
 * <p><b>The last byte.</b> It is given to nobody before the hash has proved the whole. If the proof
 * fails, every cell goes and every reader is failed.
 *
 * <p><b>No place.</b> When the store refuses, the rest passes through: chunks live in memory only,
 * and the slowest reader then does pace the fill, as there is nowhere else to put the bytes.
 */
final class Fill {
  private static final Logger LOG = LoggerFactory.getLogger(Fill.class);

  private final Descriptor blob;
  private final FillParts parts;
  private final Geometry geometry;
  private final Slot[] slots;
  private final HotChunks hot = new HotChunks();
  private final List<Leg> legs = new ArrayList<>();
  private final List<FillReader> readers = new ArrayList<>();
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  private final Set<Repository> sources = new LinkedHashSet<>();
  private final Map<Leg, Future<Void>> diskWork = new HashMap<>();
  private HashCursor cursor;
  private boolean hashing;
  private boolean storing;
  private boolean continues;
  private boolean whole;
  private boolean proved;
  private boolean finishing;
  private boolean discard;
  private boolean ended;
  private boolean released;
  private int rots;
  private @Nullable Failure failure;
  private final Promise<Void> over = Promise.promise();

  /** A fill that passes its blob through, unless {@link #store} is called before it begins. */
  Fill(Descriptor blob, FillParts parts) {
    this.blob = blob;
    this.parts = parts;
    this.geometry = new Geometry(blob.size());
    this.slots = new Slot[geometry.cells()];
    for (int n = 0; n < slots.length; n++) {
      slots[n] = new Slot();
    }
    this.cursor = new HashCursor(blob.digest());
  }

  // ---- what the parts of a fill ask of it

  Descriptor blob() {
    return blob;
  }

  Geometry geometry() {
    return geometry;
  }

  BlobConfig config() {
    return parts.config();
  }

  BlobOrigin origin() {
    return parts.origin();
  }

  BlobStats stats() {
    return parts.stats();
  }

  void onLane(Runnable task) {
    parts.lane().execute(task);
  }

  void later(Duration delay, Runnable task) {
    parts.scheduler().after(delay, () -> onLane(task));
  }

  Duration backoff(int attempt) {
    long base = config().backoff().toMillis() << Math.min(attempt - 1, 16);
    long capped = Math.min(base, config().backoffMost().toMillis());
    return Duration.ofMillis(capped / 2 + parts.random().nextLong(capped / 2 + 1));
  }

  /** The repository that is asked for now. */
  Repository source() {
    return sources.iterator().next();
  }

  // ---- readers

  /** There is room to keep the blob. Called before anything else. */
  void store() {
    storing = true;
  }

  /**
   * Begins with what an earlier run has left. Blocks; called before anything else, off the lane.
   */
  void continueFrom(BlobRecord record) {
    record
        .cells()
        .forEach((number, layout) -> {
          try {
            slots[number].live(
                layout, parts.cells().open(new CellId(blob.digest(), number), layout));
            continues = true;
          } catch (RottenException e) {
            LOG.warn("not continued: {}", e.getMessage());
          }
        });
  }

  /** What came of a wish to join. */
  enum Joined {
    /** The reader belongs to the fill now. */
    YES,
    /** The fill has ended: look again. */
    ENDED,
    /** What is wanted has passed through already and was not kept. */
    PASSED
  }

  /** A reader comes. */
  Joined join(FillReader reader, Repository source, List<ByteRange> wanted) {
    if (ended) {
      return Joined.ENDED;
    }
    if (!canServe(wanted)) {
      return Joined.PASSED;
    }
    stats().readers(1);
    readers.add(reader);
    sources.add(source);
    for (ByteRange range : wanted) {
      want(range);
    }
    advance();
    return Joined.YES;
  }

  /** Completes when the fill is over and another one for the same blob may begin. */
  Future<Void> over() {
    return over.future();
  }

  /** A reader goes. */
  void leave(FillReader reader) {
    if (!readers.remove(reader)) {
      return;
    }
    stats().readers(-1);
    if (ended) {
      releaseWhenUnread();
      return;
    }
    if (readers.isEmpty() && !config().abandonedAfter().isZero()) {
      later(config().abandonedAfter(), this::stopIfAbandoned);
    }
    advance();
    List.copyOf(legs).forEach(Leg::pump);
  }

  void ask(Waiter waiter) {
    waiters.add(waiter);
    List.copyOf(legs).forEach(Leg::pump);
    slots[geometry.cellOf(geometry.chunkAt(waiter.position()))].want();
    advance();
  }

  /** Fails what a reader waits for. */
  void dropWaitersOf(FillReader reader, Failure why) {
    waiters.removeIf(
        waiter -> waiter.reader() == reader && waiter.promise().tryFail(why.asException()));
  }

  /** Whether every byte of the ranges is here already. */
  boolean holds(List<ByteRange> ranges) {
    return ranges.stream().allMatch(this::holds);
  }

  /** Whether an earlier run has left something. */
  boolean continues() {
    return continues;
  }

  boolean isProved() {
    return proved;
  }

  boolean isStoring() {
    return storing;
  }

  // ---- progress

  /** Does all that can be done now. Called after everything that happens. */
  void advance() {
    if (!ended) {
      hash();
      startLegs();
    }
    serve();
    hot.shrink(config().hotChunks(), this::mayGo);
    if (!ended) {
      finishIfDone();
    }
  }

  /** A leg has gathered a chunk. Takes the buffer over. */
  void chunkDone(Leg leg, int number, ByteBuf bytes) {
    hot.put(number, bytes);
    if (geometry.isSmall() || !storing) {
      leg.taken();
      return;
    }
    ByteBuf forDisk = bytes.retainedSlice();
    Slot slot = slots[geometry.cellOf(number)];
    CellId id = new CellId(blob.digest(), geometry.cellOf(number));
    boolean last = number + 1 == geometry.endChunk(id.number());
    Future<Void> before = diskWork.getOrDefault(leg, Future.succeededFuture());
    Future<Void> work =
        before.transform(_ -> parts.disk().call(() -> append(slot, id, forDisk, last)).mapEmpty());
    diskWork.put(leg, work);
    work.onComplete(done -> {
      forDisk.release();
      onLane(() -> appended(leg, done.cause()));
    });
  }

  /** A leg has reached its end. */
  void legDone(Leg leg) {
    legs.remove(leg);
    advance();
  }

  /** Whether a leg must wait, because what it would bring has no place but in memory. */
  boolean mustWaitForReaders() {
    return isPassing() && hot.count() >= config().passingChunks();
  }

  /**
   * A source gives nothing more: whether another reader's may be tried. Readers that came by a
   * source that refused them go; those whose source is only away are served by the other one's.
   */
  boolean tryAnother(Repository source, Failure why) {
    if (ended || sources.size() < 2) {
      return false;
    }
    sources.remove(source);
    if (!(why instanceof Failure.OriginUnreachable || why instanceof Failure.OriginTimeout)) {
      failReadersOf(source, why);
    }
    return true;
  }

  /** No source gives what a leg wants. */
  void refused(Leg leg, Failure why) {
    legs.remove(leg);
    fail(why);
  }

  /** The origin's bytes are not those of the blob. */
  void lied(String how) {
    stats().lied();
    LOG.warn("{} sent wrong bytes for {}: {}", source(), blob.digest(), how);
    discard = true;
    fail(new Failure.OriginLied(source().upstream(), how));
  }

  // ---- appending, on disk threads

  private @Nullable Void append(Slot slot, CellId id, ByteBuf bytes, boolean last) {
    CellWriter writer = slot.writer();
    if (writer == null) {
      writer = parts.cells().begin(id);
      slot.writing(writer);
    }
    writer.append(bytes);
    if (last) {
      CellLayout layout = writer.ingest();
      parts.shelf().keepCell(blob, id.number(), layout);
      KillPoint.reached("cell-recorded");
      slot.live(layout, parts.cells().open(id, layout));
    }
    return null;
  }

  private void appended(Leg leg, @Nullable Throwable problem) {
    if (problem instanceof StoreException
        || problem instanceof RottenException
        || problem instanceof PullException) {
      passThrough(problem);
    } else if (problem != null && !ended) {
      fail(new Failure.Unforeseen(problem));
    }
    leg.taken();
    advance();
  }

  /** The store has no place: what comes from now on is only passed on. */
  private void passThrough(Throwable why) {
    if (storing) {
      storing = false;
      stats().passedThrough();
      LOG.warn("{} is passed through and not stored: {}", blob.digest(), why.getMessage());
    }
  }

  // ---- hashing

  private void hash() {
    int number = cursor.next();
    if (hashing || proved || number >= geometry.chunks()) {
      return;
    }
    Future<ByteBuf> chunk = wholeChunk(number);
    if (chunk == null) {
      return;
    }
    hashing = true;
    HashCursor at = cursor;
    chunk
        .compose(bytes ->
            parts
                .disk()
                .call(() -> {
                  at.update(bytes);
                  return at.next() == geometry.chunks() && at.proves();
                })
                .onFailure(rejected -> releaseIfRejected(bytes, rejected)))
        .onComplete(done -> onLane(() -> hashed(at, done)));
  }

  /** The disk room did not take the work, so nobody else will release the buffer. */
  private static void releaseIfRejected(ByteBuf bytes, Throwable cause) {
    if (cause instanceof PullException) {
      bytes.release();
    }
  }

  private void hashed(HashCursor at, AsyncResult<Boolean> done) {
    hashing = false;
    if (ended || at != cursor) {
      return;
    }
    if (done.failed()) {
      readFailed(done.cause());
    } else if (at.next() == geometry.chunks()) {
      if (done.result()) {
        proved = true;
      } else {
        lied("the bytes do not hash to the digest");
      }
    }
    advance();
    List.copyOf(legs).forEach(Leg::pump);
  }

  /** A whole chunk for the hash, from memory or read back; null when it is not here yet. */
  private @Nullable Future<ByteBuf> wholeChunk(int number) {
    ByteBuf inMemory = hot.get(number);
    if (inMemory != null) {
      return Future.succeededFuture(inMemory.retainedSlice());
    }
    ChunkReader reader = readerOf(number);
    if (reader == null) {
      return null;
    }
    int length = geometry.chunkBytes(number);
    return parts
        .disk()
        .call(() -> reader.read(geometry.inCell(number), 0, length, ChunkReader.Mode.COPY));
  }

  // ---- serving

  private void serve() {
    Failure why = failure;
    for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
      Waiter waiter = all.next();
      if (why != null) {
        all.remove();
        waiter.promise().tryFail(why.asException());
      } else if (serve(waiter)) {
        all.remove();
      }
    }
  }

  private boolean serve(Waiter waiter) {
    int number = geometry.chunkAt(waiter.position());
    long chunkFirst = geometry.firstByte(number);
    long end = Math.min(waiter.end(), chunkFirst + geometry.chunkBytes(number));
    if (end == blob.size() && !proved) {
      end--;
    }
    int from = (int) (waiter.position() - chunkFirst);
    int to = (int) (end - chunkFirst);
    if (to <= from) {
      return false;
    }
    ByteBuf memory = inMemory(number);
    if (memory != null && from < memory.writerIndex()) {
      int count = Math.min(to, memory.writerIndex()) - from;
      give(waiter, memory.retainedSlice(from, count));
      return true;
    }
    ChunkReader reader = memory == null ? readerOf(number) : null;
    if (reader == null) {
      return failIfPassed(waiter, number);
    }
    read(waiter, reader, geometry.inCell(number), from, to);
    return true;
  }

  /** Bytes that were passed through and are gone from memory come never again. */
  private boolean failIfPassed(Waiter waiter, int number) {
    if (!isPassed(number)) {
      return false;
    }
    String detail = "there is no room to keep this blob, and this part has passed already";
    waiter.promise().tryFail(new Failure.Overloaded(detail, Duration.ofSeconds(5)).asException());
    return true;
  }

  private boolean isPassed(int number) {
    return !storing
        && slots[geometry.cellOf(number)].state() == Slot.State.COMING
        && inMemory(number) == null
        && readerOf(number) == null
        && legs.stream().noneMatch(leg -> leg.brings(number));
  }

  /** Whether a new reader will find what it wants here; not when that has passed through. */
  private boolean canServe(List<ByteRange> wanted) {
    return storing || wanted.stream().noneMatch(range -> isPassed(geometry.chunkAt(range.first())));
  }

  private void read(Waiter waiter, ChunkReader reader, int inCell, int from, int to) {
    parts
        .disk()
        .call(() -> reader.read(inCell, from, to, waiter.mode()))
        .onComplete(done -> {
          if (done.succeeded()) {
            give(waiter, done.result());
          } else {
            onLane(() -> readAgain(waiter, done.cause()));
          }
        });
  }

  private void readAgain(Waiter waiter, Throwable cause) {
    readFailed(cause);
    waiters.add(waiter);
    advance();
  }

  /** A closed reader is only a matter of looking again; rotten bytes are fetched again. */
  private void readFailed(Throwable cause) {
    switch (cause) {
      case IllegalStateException _ -> {}
      case RottenException rotten -> rotten(rotten);
      case PullException pull -> fail(pull.failure());
      default -> fail(new Failure.Unforeseen(cause));
    }
  }

  private void give(Waiter waiter, ByteBuf bytes) {
    stats().servedFromFill(bytes.readableBytes());
    if (!waiter.promise().tryComplete(bytes)) {
      bytes.release();
    }
  }

  private @Nullable ByteBuf inMemory(int number) {
    ByteBuf complete = hot.get(number);
    if (complete != null) {
      return complete;
    }
    for (Leg leg : legs) {
      ByteBuf growing = leg.growing(number);
      if (growing != null) {
        return growing;
      }
    }
    return null;
  }

  private @Nullable ChunkReader readerOf(int number) {
    return slots[geometry.cellOf(number)].reader(geometry.inCell(number));
  }

  /** Whether a chunk in memory is needed there no more. */
  private boolean mayGo(int number) {
    if (ended && !proved) {
      return true;
    }
    if (geometry.isSmall()) {
      return false;
    }
    int ahead = number - cursor.next();
    if (readerOf(number) != null) {
      return ahead < 0 || ahead >= config().hotChunks();
    }
    if (ahead >= 0 && !proved && whole) {
      return false;
    }
    long last = geometry.firstByte(number) + geometry.chunkBytes(number);
    return !storing && readers.stream().allMatch(reader -> reader.isBehind(last));
  }

  // ---- fetching

  private void want(ByteRange range) {
    if (range.end() == blob.size() || blob.size() <= config().rangeFillWhole()) {
      whole = true;
    }
    for (int n = cell(range.first()); n <= cell(Math.max(range.first(), range.end() - 1)); n++) {
      slots[n].want();
    }
  }

  private int cell(long position) {
    return geometry.cellOf(geometry.chunkAt(position));
  }

  private boolean holds(ByteRange range) {
    for (int n = cell(range.first()); n <= cell(Math.max(range.first(), range.end() - 1)); n++) {
      if (!slots[n].isLive()) {
        return false;
      }
    }
    return range.end() < blob.size() || proved;
  }

  private void startLegs() {
    if (sources.isEmpty()) {
      return; // nobody has come yet
    }
    if (isPassing()) {
      startPassingLeg();
      return;
    }
    int connections = parts.connectionsPerFill().applyAsInt(source().upstream());
    while (legs.size() < connections) {
      int first = firstToFetch();
      if (first < 0) {
        break;
      }
      startLeg(first);
    }
    int most = connections + config().demandLegs();
    int asked = firstAskedFor();
    if (asked >= 0 && legs.size() < most) {
      startLeg(asked);
    }
  }

  /** Nothing can be kept for later, so the blob comes in order, and one piece at a time. */
  private void startPassingLeg() {
    int first = whole ? firstAbsent() : firstToFetch();
    if (legs.isEmpty() && first >= 0 && !readers.isEmpty()) {
      startLeg(first);
    }
  }

  private int firstAbsent() {
    for (int n = 0; n < slots.length; n++) {
      if (slots[n].isAbsent()) {
        return n;
      }
    }
    return -1;
  }

  private boolean isPassing() {
    return !storing && !geometry.isSmall();
  }

  private void startLeg(int first) {
    int end = first;
    int most = Math.min(slots.length, first + config().spanCells());
    while (end < most && slots[end].isAbsent() && (whole || slots[end].isWanted())) {
      slots[end++].coming();
    }
    Leg leg = new Leg(this, first, end);
    legs.add(leg);
    leg.start();
  }

  /** A cell that a reader waits for and no leg brings; -1 when there is none. */
  private int firstAskedFor() {
    for (Waiter waiter : waiters) {
      int n = cell(waiter.position());
      if (slots[n].isAbsent()) {
        return n;
      }
    }
    return -1;
  }

  private int firstToFetch() {
    int asked = firstAskedFor();
    if (asked >= 0) {
      return asked;
    }
    for (int n = 0; n < slots.length; n++) {
      if (slots[n].isAbsent() && (whole || slots[n].isWanted())) {
        return n;
      }
    }
    return -1;
  }

  // ---- ends

  private void finishIfDone() {
    boolean complete = proved && (!storing || allLive() || geometry.isSmall());
    if (finishing) {
      return;
    }
    if (complete && waitersServed()) {
      finishing = true;
      keep();
    } else if (readers.isEmpty() && (isPassing() || (!whole && legs.isEmpty() && !hashing))) {
      end(null);
    }
  }

  private boolean waitersServed() {
    return storing || (waiters.isEmpty() && readers.isEmpty()) || allLive();
  }

  /** Writes down that the blob is whole; then the fill is over. */
  private void keep() {
    Optional<byte[]> small =
        geometry.isSmall()
            ? Optional.ofNullable(hot.get(0)).map(ByteBufUtil::getBytes)
            : Optional.empty();
    Map<Integer, CellLayout> layouts = layouts();
    boolean possible = storing && (small.isPresent() || layouts.size() == slots.length);
    Future<Void> work =
        possible
            ? parts
                .disk()
                .<Void>call(() -> parts.shelf().keepWhole(blob, layouts, small))
                .mapEmpty()
            : Future.succeededFuture();
    work.onComplete(done ->
        onLane(() -> {
          if (done.failed()) {
            LOG.warn("{} is not kept: {}", blob.digest(), done.cause().getMessage());
            storing = false;
          }
          end(null);
        }));
  }

  private Map<Integer, CellLayout> layouts() {
    Map<Integer, CellLayout> layouts = new HashMap<>();
    for (int n = 0; n < slots.length; n++) {
      CellLayout layout = slots[n].layout();
      if (layout != null && slots[n].isLive()) {
        layouts.put(n, layout);
      }
    }
    return layouts;
  }

  private boolean allLive() {
    for (Slot slot : slots) {
      if (!slot.isLive()) {
        return false;
      }
    }
    return true;
  }

  private void stopIfAbandoned() {
    if (readers.isEmpty() && !ended) {
      end(null);
    }
  }

  private void fail(Failure why) {
    if (!ended) {
      end(why);
    }
  }

  private void failReadersOf(Repository source, Failure why) {
    for (FillReader reader : List.copyOf(readers)) {
      if (reader.isOf(source)) {
        reader.fail(why);
      }
    }
  }

  /** Over. A failure is told to every reader. */
  private void end(@Nullable Failure why) {
    ended = true;
    failure = why;
    List.copyOf(legs).forEach(Leg::stop);
    legs.clear();
    serve();
    Future.join(List.copyOf(diskWork.values()))
        .eventually(() -> discard ? parts.shelf().discard(blob.digest()) : Future.succeededFuture())
        .onComplete(_ -> onLane(this::cleared));
  }

  /** The disk has done all there was to do: another fill may begin. */
  private void cleared() {
    stats().fillEnded(failure != null);
    parts.ended(this);
    over.tryComplete();
    releaseWhenUnread();
  }

  /** Readers of an ended fill read on from what is here; the last one turns off the light. */
  private void releaseWhenUnread() {
    if (readers.isEmpty() && over.future().isComplete() && !released) {
      released = true;
      hot.clear();
      for (Slot slot : slots) {
        slot.close();
      }
    }
  }

  /** What is on disk is not what was written: all of it goes and is fetched again, once. */
  private void rotten(RottenException rotten) {
    stats().foundRotten();
    LOG.warn("{}: fetched again", rotten.getMessage());
    if (ended || finishing || rots++ > 0) {
      discard = true;
      failure = new Failure.Unforeseen(rotten);
      parts.shelf().discard(blob.digest());
      fail(failure);
      return;
    }
    List<Slot> gone = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.isLive()) {
        slot.close();
        slot.coming();
        gone.add(slot);
      }
    }
    cursor = new HashCursor(blob.digest());
    parts
        .shelf()
        .discard(blob.digest())
        .onComplete(_ ->
            onLane(() -> {
              gone.forEach(Slot::reset);
              advance();
            }));
  }
}
