package dev.entrepot.edge.blob;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.Body;
import dev.entrepot.edge.origin.Via;
import dev.entrepot.edge.store.CellId;
import dev.entrepot.edge.store.CellLayout;
import dev.entrepot.edge.store.CellWriter;
import dev.entrepot.edge.store.KillPoint;
import dev.entrepot.edge.store.RottenException;
import dev.entrepot.edge.store.StoreException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
 * <p><b>Its parts.</b> {@link Spans} says what is to be fetched, {@link FillBytes} where bytes are,
 * {@link Proof} follows with the hash, {@link Serving} gives readers what is here: the last byte
 * only when the whole is proved. If the proof fails, every cell goes and every reader is failed.
 *
 * <p><b>No place.</b> When the store refuses, the rest passes through: chunks live in memory only,
 * and the slowest reader then does pace the fill, as there is nowhere else to put the bytes.
 */
final class Fill {
  private static final Logger LOG = LoggerFactory.getLogger(Fill.class);

  private final Descriptor blob;
  private final FillParts parts;
  private final Geometry geometry;
  private final List<Leg> legs = new ArrayList<>();
  private final FillBytes bytes;
  private final Spans spans;
  private final Proof proof;
  private final Serving serving;
  private final List<FillReader> readers = new ArrayList<>();
  private final Set<Repository> sources = new LinkedHashSet<>();
  private final Map<Leg, Future<Void>> diskWork = new HashMap<>();
  private boolean storing;
  private boolean continues;
  private boolean finishing;
  private boolean discard;
  private boolean ended;
  private boolean released;
  private int rots;
  private final List<Body> senders = new ArrayList<>();
  private volatile @Nullable Via via;
  private @Nullable Failure failure;
  private final Promise<Void> over = Promise.promise();

  /** A fill that passes its blob through, unless {@link #store} is called before it begins. */
  Fill(Descriptor blob, FillParts parts) {
    this.blob = blob;
    this.parts = parts;
    this.geometry = new Geometry(blob.size());
    this.bytes = new FillBytes(geometry, legs);
    this.spans = new Spans(geometry, bytes.slots(), parts.config());
    this.proof = new Proof(this, bytes, parts);
    this.serving = new Serving(this, bytes, parts, proof);
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

  /** Somebody has begun to answer. */
  void answered(BlobOrigin.Answer answer) {
    via = answer.via();
    senders.add(answer.body());
  }

  /** Who answered last; null as long as nobody has. Read from any thread. */
  @Nullable Via via() {
    return via;
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
            bytes.slots()[number].live(
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
    wanted.forEach(spans::want);
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
    serving.fail(reader, new Failure.Overloaded("the reader has gone", Duration.ZERO));
    stats().readers(-1);
    if (ended) {
      releaseWhenUnread();
      return;
    }
    if (readers.isEmpty() && !config().abandonedAfter().isZero()) {
      later(config().abandonedAfter(), this::stopIfAbandoned);
    }
    advance();
    pump();
  }

  void ask(Waiter waiter) {
    serving.add(waiter);
    pump();
    spans.want(waiter.position());
    advance();
  }

  /** Fails what a reader waits for. */
  void dropWaitersOf(FillReader reader, Failure why) {
    serving.fail(reader, why);
  }

  /** Whether every byte of the ranges is here already. */
  boolean holds(List<ByteRange> ranges) {
    return ranges.stream()
        .allMatch(range -> bytes.holds(range) && (range.end() < blob.size() || proof.isDone()));
  }

  /** Whether an earlier run has left something. */
  boolean continues() {
    return continues;
  }

  boolean isProved() {
    return proof.isDone();
  }

  boolean isEnded() {
    return ended;
  }

  boolean isStoring() {
    return storing;
  }

  // ---- progress

  /** Does all that can be done now. Called after everything that happens. */
  void advance() {
    if (!ended) {
      proof.advance();
      startLegs();
    }
    serving.serve(failure);
    bytes.hot().shrink(config().hotChunks(), this::mayGo);
    if (!ended) {
      finishIfDone();
    }
  }

  /** Lets the legs go on that have waited. */
  void pump() {
    List.copyOf(legs).forEach(Leg::pump);
  }

  /** A leg has gathered a chunk. Takes the buffer over. */
  void chunkDone(Leg leg, int number, ByteBuf content) {
    bytes.hot().put(number, content);
    if (geometry.isSmall() || !storing) {
      leg.taken();
      return;
    }
    ByteBuf forDisk = content.retainedSlice();
    Slot slot = bytes.slotOf(number);
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
    return isPassing() && bytes.hot().count() >= config().passingChunks();
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
    String sender = via == Via.PEER ? "another edge, for " : "";
    LOG.warn("{}{} sent wrong bytes for {}: {}", sender, source(), blob.digest(), how);
    senders.forEach(Body::wrong);
    discard = true;
    fail(new Failure.OriginLied(source().upstream(), how));
  }

  // ---- appending, on disk threads

  private @Nullable Void append(Slot slot, CellId id, ByteBuf content, boolean last) {
    CellWriter writer = slot.writer();
    if (writer == null) {
      writer = parts.cells().begin(id);
      slot.writing(writer);
    }
    writer.append(content);
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

  // ---- what is here, and what is not

  /** A closed reader is only a matter of looking again; rotten bytes are fetched again. */
  void readFailed(Throwable cause) {
    switch (cause) {
      case IllegalStateException _ -> {}
      case RottenException rotten -> rotten(rotten);
      case PullException pull -> fail(pull.failure());
      default -> fail(new Failure.Unforeseen(cause));
    }
  }

  /** Whether a chunk has passed through, was not kept, and does not come again. */
  boolean hasPassed(int number) {
    return !storing
        && bytes.slotOf(number).state() == Slot.State.COMING
        && bytes.inMemory(number) == null
        && bytes.readerOf(number) == null
        && legs.stream().noneMatch(leg -> leg.brings(number));
  }

  /** Whether a new reader will find what it wants here; not when that has passed through. */
  private boolean canServe(List<ByteRange> wanted) {
    return storing
        || wanted.stream().noneMatch(range -> hasPassed(geometry.chunkAt(range.first())));
  }

  /** Whether a chunk in memory is needed there no more. */
  private boolean mayGo(int number) {
    if (ended && !proof.isDone()) {
      return true;
    }
    if (geometry.isSmall()) {
      return false;
    }
    int ahead = number - proof.next();
    if (bytes.readerOf(number) != null) {
      return ahead < 0 || ahead >= config().hotChunks();
    }
    if (ahead >= 0 && !proof.isDone() && spans.isWhole()) {
      return false;
    }
    long last = geometry.firstByte(number) + geometry.chunkBytes(number);
    return !storing && readers.stream().allMatch(reader -> reader.isBehind(last));
  }

  // ---- fetching

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
    int asked = serving.firstCell(spans::isAbsent);
    if (asked >= 0 && legs.size() < most) {
      startLeg(asked);
    }
  }

  /** Nothing can be kept for later, so the blob comes in order, and one piece at a time. */
  private void startPassingLeg() {
    int first = spans.isWhole() ? spans.firstWanted() : firstToFetch();
    if (legs.isEmpty() && first >= 0 && !readers.isEmpty()) {
      startLeg(first);
    }
  }

  private boolean isPassing() {
    return !storing && !geometry.isSmall();
  }

  private void startLeg(int first) {
    Leg leg = new Leg(this, first, spans.claim(first));
    legs.add(leg);
    leg.start();
  }

  /** Where somebody waits, or else the first cell that is wanted; -1 when nothing is left. */
  private int firstToFetch() {
    int asked = serving.firstCell(spans::isAbsent);
    return asked >= 0 ? asked : spans.firstWanted();
  }

  // ---- ends

  private void finishIfDone() {
    boolean complete = proof.isDone() && (!storing || bytes.allLive() || geometry.isSmall());
    if (finishing) {
      return;
    }
    if (complete && waitersServed()) {
      finishing = true;
      keep();
    } else if (readers.isEmpty()
        && (isPassing() || (!spans.isWhole() && legs.isEmpty() && !proof.isBusy()))) {
      end(null);
    }
  }

  private boolean waitersServed() {
    return storing || (serving.isIdle() && readers.isEmpty()) || bytes.allLive();
  }

  /** Writes down that the blob is whole; then the fill is over. */
  private void keep() {
    Optional<byte[]> small =
        geometry.isSmall()
            ? Optional.ofNullable(bytes.hot().get(0)).map(ByteBufUtil::getBytes)
            : Optional.empty();
    Map<Integer, CellLayout> layouts = bytes.layouts();
    boolean possible = storing && (small.isPresent() || layouts.size() == geometry.cells());
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
          } else if (possible) {
            parts.kept().accept(blob.digest());
          }
          end(null);
        }));
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
    serving.serve(failure);
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
      bytes.close();
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
    for (Slot slot : bytes.slots()) {
      if (slot.isLive()) {
        slot.close();
        slot.coming();
        gone.add(slot);
      }
    }
    proof.restart();
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
