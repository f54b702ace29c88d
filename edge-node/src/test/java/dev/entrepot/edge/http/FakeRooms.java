package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.access.Vouched;
import dev.entrepot.edge.blob.Blobs;
import dev.entrepot.edge.blob.OpenBlob;
import dev.entrepot.edge.catalogue.Catalogue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The rooms behind the door, in memory. */
final class FakeRooms implements Catalogue, Blobs {
  static final int CHUNK = 64 << 10;

  final Map<Reference, byte[]> manifests = new ConcurrentHashMap<>();
  final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
  final Queue<ByteBuf> handedOut = new ConcurrentLinkedQueue<>();
  final Queue<Permit> permits = new ConcurrentLinkedQueue<>();
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger opened = new AtomicInteger();
  volatile Optional<Failure> failure = Optional.empty();
  volatile Runnable whenAsked = () -> {};
  volatile long breakAt = Long.MAX_VALUE;
  volatile CacheStatus status = CacheStatus.of(CacheStatus.Outcome.HIT);
  volatile Tags tags = new Tags(List.of(), false, CacheStatus.of(CacheStatus.Outcome.HIT));

  byte[] manifest(String tag, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    manifests.put(Reference.parse(tag), bytes);
    manifests.put(Digest.sha256(bytes), bytes);
    return bytes;
  }

  Digest blob(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + i / 251);
    }
    Digest digest = Digest.sha256(bytes);
    blobs.put(digest, bytes);
    return digest;
  }

  boolean allReleased() {
    return handedOut.stream().allMatch(it -> it.refCnt() == 0);
  }

  @Override
  public Future<Manifest> manifest(Permit permit, Reference reference) {
    permits.add(permit);
    whenAsked.run();
    byte[] bytes = manifests.get(reference);
    if (failure.isPresent()) {
      return failed(failure.get());
    }
    if (bytes == null) {
      return failed(new Failure.UnknownManifest(permit.repository(), reference));
    }
    Descriptor descriptor =
        new Descriptor(MediaType.OCI_MANIFEST, Digest.sha256(bytes), bytes.length);
    return Future.succeededFuture(new Manifest(descriptor, Buffer.buffer(bytes), status));
  }

  @Override
  public Future<Vouched> vouch(Permit permit, Digest blob) {
    byte[] bytes = blobs.get(blob);
    return bytes == null
        ? failed(new Failure.UnknownBlob(permit.repository(), blob))
        : Future.succeededFuture(
            new Vouched(permit, new Descriptor(MediaType.OCTET_STREAM, blob, bytes.length)));
  }

  @Override
  public Future<Tags> tags(Permit permit, Optional<Integer> limit, Optional<String> last) {
    return Future.succeededFuture(tags);
  }

  @Override
  public Future<Referrers> referrers(Permit permit, Digest subject, Optional<String> artifactType) {
    return Future.succeededFuture(
        new Referrers(Buffer.buffer("{\"manifests\":[]}"), artifactType.isPresent(), status));
  }

  @Override
  public Future<OpenBlob> open(Vouched blob, List<ByteRange> wanted) {
    if (failure.isPresent()) {
      return failed(failure.get());
    }
    opened.incrementAndGet();
    open.incrementAndGet();
    return Future.succeededFuture(new Reading(blobs.get(blob.descriptor().digest())));
  }

  private static <T> Future<T> failed(Failure failure) {
    return Future.failedFuture(failure.asException());
  }

  private final class Reading implements OpenBlob {
    private final byte[] bytes;
    private boolean closed;

    Reading(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public CacheStatus status() {
      return status;
    }

    @Override
    public Future<ByteBuf> read(long position, long end, Use use) {
      if (position >= breakAt) {
        return failed(new Failure.OriginLied("docker.io", "wrong digest"));
      }
      int from = Math.toIntExact(position);
      int to = (int) Math.min(end, (position / CHUNK + 1) * CHUNK);
      ByteBuf chunk = PooledByteBufAllocator.DEFAULT.directBuffer(to - from);
      chunk.writeBytes(bytes, from, to - from);
      handedOut.add(chunk);
      return Future.succeededFuture(chunk);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
      }
    }
  }
}
