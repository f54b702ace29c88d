package dev.entrepot.edge.blob;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.access.Vouched;
import dev.entrepot.edge.store.DiskRoom;
import dev.entrepot.edge.store.FixedDiskRoom;
import dev.entrepot.edge.store.RocksStore;
import dev.entrepot.edge.store.StoreConfig;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The blobs' room on a real store, before a scripted origin. */
final class BlobRoom implements AutoCloseable {
  final ScriptedOrigin origin;
  final RocksStore store;
  final BlobCache blobs;
  final Set<Digest> pinned = new HashSet<>();
  final Set<Digest> kept = ConcurrentHashMap.newKeySet();
  final AtomicLong free = new AtomicLong(Long.MAX_VALUE / 4);
  final AtomicLong now = new AtomicLong(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
  final AtomicInteger diskCalls = new AtomicInteger();
  private final FixedDiskRoom disk = new FixedDiskRoom(4, 4096);
  private final ExecutorService lanes = Executors.newFixedThreadPool(2);
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

  BlobRoom(Path directory, BlobConfig config, ScriptedOrigin origin) {
    this.origin = origin;
    store = RocksStore.open(StoreConfig.in(directory));
    blobs =
        BlobCache.open(
            config,
            new BlobCache.Ports(
                origin,
                store.keyValues(),
                store.cells(),
                counted(),
                scheduler(),
                () -> Instant.ofEpochMilli(now.get()),
                new Random(1),
                free::get,
                pinned::contains,
                kept::add,
                _ -> 1,
                lanes));
  }

  private DiskRoom counted() {
    return new DiskRoom() {
      @Override
      public <T> Future<T> call(Callable<T> work) {
        diskCalls.incrementAndGet();
        return disk.call(work);
      }
    };
  }

  private Scheduler scheduler() {
    return (delay, task) -> {
      var future =
          timers.schedule(task, delay.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
      return () -> future.cancel(false);
    };
  }

  OpenBlob open(MadeBlob blob) {
    return await(blobs.open(blob.vouched(), List.of(blob.whole())));
  }

  byte[] read(MadeBlob blob) {
    return read(blob.vouched(), blob.whole());
  }

  byte[] read(Vouched vouched, ByteRange range) {
    try (OpenBlob open = await(blobs.open(vouched, List.of(range)))) {
      return read(open, range);
    }
  }

  static byte[] read(OpenBlob open, ByteRange range) {
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) (range.end() - range.first()));
    long position = range.first();
    while (position < range.end()) {
      ByteBuf bytes = await(open.read(position, range.end(), OpenBlob.Use.PLAIN));
      position += bytes.readableBytes();
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      bytes.release();
      out.writeBytes(copy);
    }
    return out.toByteArray();
  }

  /** Waits until no fill runs. */
  void quiesce() {
    Await.until(() -> blobs.stats().fillsRunning() == 0);
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("not in time", e);
    }
  }

  @Override
  public void close() {
    blobs.close();
    lanes.shutdownNow();
    timers.shutdownNow();
    disk.close();
    store.close();
  }
}
