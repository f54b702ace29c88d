package dev.entrepot.edge;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.edge.blob.BlobCache;
import dev.entrepot.edge.blob.BlobStats;
import dev.entrepot.edge.http.DoorObserver;
import dev.entrepot.edge.http.GuardedTransport;
import dev.entrepot.edge.http.RegistryServer;
import dev.entrepot.edge.ops.Meters;
import dev.entrepot.edge.store.FixedDiskRoom;
import dev.entrepot.edge.upstream.UpstreamObserver;
import java.util.Locale;

/** Tells the meters what the rooms see; the rooms know no meter. */
final class MeterBridge implements DoorObserver, UpstreamObserver {
  private final Meters meters;

  MeterBridge(Meters meters) {
    this.meters = meters;
  }

  @Override
  public void over(Over request) {
    meters.request(
        request.asked().map(MeterBridge::kind).orElse("unreadable"),
        request.httpStatus(),
        request.complete() ? request.reason() : "broken-off",
        request.cache().map(MeterBridge::cache).orElse("none"),
        request.nanos());
  }

  @Override
  public void answered(String upstream, Kind kind, int status) {
    meters.upstreamRequest(upstream, kind.name().toLowerCase(Locale.ROOT), status);
  }

  @Override
  public void received(String upstream, long bytes) {
    meters.upstreamBytes(upstream, bytes);
  }

  @Override
  public void quota(String upstream, long limit, long remaining) {
    meters.quota(upstream, limit, remaining);
  }

  /** Binds what is read when it is shown. */
  void blobs(
      BlobCache blobs,
      long capacity,
      RegistryServer registry,
      GuardedTransport transport,
      FixedDiskRoom disk) {
    BlobStats stats = blobs.stats();
    meters.gauge("entrepot_store_bytes", "Bytes of blobs on disk", blobs, b -> b.usedBytes());
    meters.gauge("entrepot_store_capacity_bytes", "Most bytes on disk", capacity, c -> c);
    meters.gauge("entrepot_fills_running", "Fills that run", stats, BlobStats::fillsRunning);
    meters.gauge("entrepot_fill_readers", "Readers of those", stats, BlobStats::fillReaders);
    meters.gauge("entrepot_requests_running", "Answers under way", registry, r -> r.running());
    meters.gauge("entrepot_connections", "Open connections", transport, t -> t.connections());
    meters.gauge("entrepot_disk_waiting", "Work that waits for the disk", disk, d -> d.waiting());
    served("memory", stats, BlobStats::memoryBytes);
    served("store", stats, BlobStats::storeBytes);
    served("fill", stats, BlobStats::fillBytes);
    blobs("started", stats, BlobStats::fillsStarted);
    blobs("failed", stats, BlobStats::fillsFailed);
    blobs("passed_through", stats, BlobStats::passedThroughFills);
    blobs("lied", stats, BlobStats::lies);
    blobs("rotten", stats, BlobStats::rotten);
    blobs("evicted", stats, BlobStats::evictions);
  }

  private void served(
      String source, BlobStats stats, java.util.function.ToDoubleFunction<BlobStats> count) {
    meters.counter(
        "entrepot_served_bytes", "Bytes of blobs given to readers", "source", source, stats, count);
  }

  private void blobs(
      String event, BlobStats stats, java.util.function.ToDoubleFunction<BlobStats> count) {
    meters.counter("entrepot_blob_events", "What became of blobs", "event", event, stats, count);
  }

  private static String kind(PullRequest asked) {
    return switch (asked) {
      case PullRequest.Ping _ -> "ping";
      case PullRequest.Manifest _ -> "manifest";
      case PullRequest.Blob _ -> "blob";
      case PullRequest.TagList _ -> "tags";
      case PullRequest.Referrers _ -> "referrers";
    };
  }

  private static String cache(CacheStatus status) {
    return status.details().contains(CacheStatus.Detail.STALE)
        ? "stale"
        : status.outcome().name().toLowerCase(Locale.ROOT);
  }
}
