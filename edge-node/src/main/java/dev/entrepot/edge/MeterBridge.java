package dev.entrepot.edge;

import dev.entrepot.edge.blob.BlobCache;
import dev.entrepot.edge.blob.BlobStats;
import dev.entrepot.edge.cluster.ClusterObserver;
import dev.entrepot.edge.cluster.Site;
import dev.entrepot.edge.http.Answered;
import dev.entrepot.edge.http.Asking;
import dev.entrepot.edge.http.DoorObserver;
import dev.entrepot.edge.ops.Meters;
import dev.entrepot.edge.peer.PeerObserver;
import dev.entrepot.edge.store.FixedDiskRoom;
import dev.entrepot.edge.upstream.UpstreamObserver;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Tells the meters what the rooms see; the rooms know no meter. */
final class MeterBridge implements DoorObserver, UpstreamObserver, ClusterObserver, PeerObserver {
  private final Meters meters;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger members = new AtomicInteger(1);

  MeterBridge(Meters meters) {
    this.meters = meters;
  }

  @Override
  public void began(Asking asking) {
    running.incrementAndGet();
  }

  @Override
  public void answered(Answered answered) {
    running.decrementAndGet();
    meters.request(
        answered.asking().kind(), answered.outcome(), answered.cacheWord(), answered.duration());
    meters.served(answered.source(), answered.bytes());
  }

  /** How many requests are being answered. */
  int running() {
    return running.get();
  }

  @Override
  public void answered(String upstream, Kind kind, int status, Duration took) {
    meters.upstreamRequest(upstream, kind.name().toLowerCase(Locale.ROOT), status);
  }

  @Override
  public void unanswered(String upstream, Kind kind) {
    meters.upstreamRequest(upstream, kind.name().toLowerCase(Locale.ROOT), 0);
  }

  @Override
  public void received(String upstream, Kind kind, long bytes) {
    meters.upstreamBytes(upstream, bytes);
  }

  @Override
  public void quota(
      String upstream, OptionalLong limit, OptionalLong remaining, Optional<Duration> reset) {
    limit.ifPresent(value -> meters.quota(upstream, "limit", value));
    remaining.ifPresent(value -> meters.quota(upstream, "remaining", value));
    reset.ifPresent(value -> meters.quota(upstream, "reset_seconds", value.toSeconds()));
  }

  @Override
  public void circuit(String upstream, String host, Circuit state) {
    meters.circuit(upstream, state != Circuit.CLOSED);
  }

  @Override
  public void members(int now) {
    members.set(now);
  }

  @Override
  public void asked(Site.Kind kind, ClusterObserver.Outcome outcome) {
    meters.hint(kind.name().toLowerCase(Locale.ROOT), outcome.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void untold(Site.Kind kind) {
    meters.hint(kind.name().toLowerCase(Locale.ROOT), "untold");
  }

  @Override
  public void asked(PeerObserver.Outcome outcome) {
    meters.peer(outcome.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void received(long bytes) {
    meters.peerBytes(bytes);
  }

  /** Binds what is read when it is shown. */
  void bind(BlobCache blobs, long capacity, FixedDiskRoom disk) {
    BlobStats stats = blobs.stats();
    meters.gauge("cluster_members", "Edges of the site that live, this one too", members::get);
    meters.gauge("store_bytes", "Bytes of blobs on disk", blobs::usedBytes);
    meters.gauge("store_metadata_bytes", "Bytes of metadata on disk", blobs::metadataBytes);
    meters.gauge("store_capacity_bytes", "Most bytes on disk", () -> capacity);
    meters.gauge("fills_running", "Fills that run", stats::fillsRunning);
    meters.gauge("fill_readers", "Readers of those", stats::fillReaders);
    meters.gauge("requests_running", "Answers under way", running::get);
    meters.gauge("disk_waiting", "Work that waits for the disk", disk::waiting);
    read("memory", stats::memoryBytes);
    read("store", stats::storeBytes);
    read("fill", stats::fillBytes);
    blobs("started", stats::fillsStarted);
    blobs("failed", stats::fillsFailed);
    blobs("passed_through", stats::passedThroughFills);
    blobs("lied", stats::lies);
    blobs("rotten", stats::rotten);
    blobs("evicted", stats::evictions);
  }

  private void read(String source, Supplier<Number> bytes) {
    meters.count(
        "blob_read_bytes", "Bytes of blobs read for clients, by where", "source", source, bytes);
  }

  private void blobs(String event, Supplier<Number> count) {
    meters.count("blob_events", "What became of blobs", "event", event, count);
  }
}
