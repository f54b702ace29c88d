package dev.entrepot.control.fleet;

import dev.entrepot.control.policy.Published;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every edge that listens, and whether it still may. Callable from any thread. */
final class SnapshotStreams {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStreams.class);

  private final Vertx vertx;
  private final StreamRules rules;
  private final Predicate<X509Certificate> nodes;
  private final InstantSource clock;
  private final Set<SnapshotStream> open = new LinkedHashSet<>(); // oldest first; guarded by this
  private final AtomicLong dropped = new AtomicLong();

  SnapshotStreams(
      Vertx vertx, StreamRules rules, Predicate<X509Certificate> nodes, InstantSource clock) {
    this.vertx = vertx;
    this.rules = rules;
    this.nodes = nodes;
    this.clock = clock;
  }

  /** Why a certificate is none of a node's now; one sentence that says what to do. */
  Optional<String> objection(X509Certificate peer) {
    Instant now = clock.instant();
    Instant begin = peer.getNotBefore().toInstant();
    Instant end = peer.getNotAfter().toInstant();
    if (!nodes.test(peer)) {
      return Optional.of(
          "this certificate is no node's of this installation now; join again with a new join token,"
              + " unless it was shut out on purpose");
    }
    if (now.isAfter(end)) {
      return Optional.of(
          "this certificate ended at "
              + end
              + " and it is "
              + now
              + " here: renew it, or set the"
              + " clocks right");
    }
    if (now.isBefore(begin)) {
      return Optional.of(
          "this certificate begins at "
              + begin
              + " and it is "
              + now
              + " here: set the clocks"
              + " right");
    }
    return Optional.empty();
  }

  private boolean mayListen(X509Certificate peer) {
    return objection(peer).isEmpty();
  }

  /** Begins to serve a request; false when there are too many. On the connection's event loop. */
  boolean open(HttpServerRequest request, X509Certificate peer, Supplier<Published> current) {
    SnapshotStream stream = new SnapshotStream(request, vertx.getOrCreateContext(), peer, rules);
    if (!enter(stream)) {
      return false;
    }
    stream.begin();
    long timer = vertx.setPeriodic(rules.heartbeat().toMillis(), it -> beat(stream, it));
    request.response().exceptionHandler(_ -> leave(stream, timer));
    request.response().closeHandler(_ -> leave(stream, timer));
    request.response().endHandler(_ -> leave(stream, timer));
    stream.offer(current.get()); // asked for only now that no later one can be missed
    return true;
  }

  synchronized void offer(Published published) {
    for (SnapshotStream stream : List.copyOf(open)) {
      if (mayListen(stream.peer())) {
        stream.offer(published);
      } else {
        stream.drop();
      }
    }
  }

  synchronized int count() {
    return open.size();
  }

  /** How many were dropped because they took nothing. */
  long dropped() {
    return dropped.get();
  }

  synchronized void endAll() {
    List.copyOf(open).forEach(SnapshotStream::end);
  }

  private synchronized boolean enter(SnapshotStream stream) {
    List<SnapshotStream> same =
        open.stream().filter(other -> other.peer().equals(stream.peer())).toList();
    if (same.size() >= rules.perCertificate()) {
      same.getFirst().drop();
      open.remove(same.getFirst());
    }
    return open.size() < rules.most() && open.add(stream);
  }

  private synchronized void leave(SnapshotStream stream, long timer) {
    open.remove(stream);
    vertx.cancelTimer(timer);
  }

  private void beat(SnapshotStream stream, long timer) {
    if (!mayListen(stream.peer())) {
      leave(stream, timer);
      stream.drop();
    } else if (!stream.beat()) {
      LOG.warn(
          "dropping an edge that takes nothing of the snapshot: {}",
          stream.peer().getSubjectX500Principal().getName());
      dropped.incrementAndGet();
      leave(stream, timer);
      stream.drop();
    }
  }
}
