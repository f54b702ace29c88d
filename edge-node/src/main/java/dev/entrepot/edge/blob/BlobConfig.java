package dev.entrepot.edge.blob;

import java.time.Duration;

/**
 * How blobs are fetched and kept.
 *
 * @param capacity most bytes on disk
 * @param minFree bytes of the volume that are always left free; default 0
 * @param fills blobs that are fetched at a time; further ones are refused for a moment; default 256
 * @param spanCells how many cells one request to an upstream asks for at most; default 4
 * @param demandLegs how many more requests may run for readers that wait far away from those that
 *     run; default 1
 * @param rangeFillWhole a blob up to this size is fetched whole when a part of it is asked for; of
 *     a larger one only the cells that are needed; default 256 MiB
 * @param attempts how often in a row a transfer may break without a byte of progress; default 4
 * @param backoff wait before the second attempt; doubles with each one; default 200 ms
 * @param backoffMost the longest such wait; default 5 s
 * @param hotChunks chunks of a running fill that stay in memory for its readers; default 4
 * @param waitingChunks chunks of a running fill that may wait for the disk; default 4
 * @param passingChunks chunks in memory of a fill that cannot be stored; its slowest reader paces
 *     it; default 8
 * @param abandonedAfter how long a fill that nobody reads goes on; zero, the default, lets it
 *     finish
 * @param objectCache bytes of small blobs kept in memory; default 64 MiB
 * @param halfLife after which time a read counts half for what is worth keeping; default 2 d
 * @param touchFlush how often it is written down what was read lately; default 30 s
 */
public record BlobConfig(
    long capacity,
    long minFree,
    int fills,
    int spanCells,
    int demandLegs,
    long rangeFillWhole,
    int attempts,
    Duration backoff,
    Duration backoffMost,
    int hotChunks,
    int waitingChunks,
    int passingChunks,
    Duration abandonedAfter,
    long objectCache,
    Duration halfLife,
    Duration touchFlush) {

  /** The defaults for a capacity in bytes. */
  public static BlobConfig of(long capacity) {
    return new BlobConfig(
        capacity,
        0,
        256,
        4,
        1,
        256L << 20,
        4,
        Duration.ofMillis(200),
        Duration.ofSeconds(5),
        4,
        4,
        8,
        Duration.ZERO,
        64L << 20,
        Duration.ofDays(2),
        Duration.ofSeconds(30));
  }

  /** The same with another minimum of free space. */
  public BlobConfig withMinFree(long bytes) {
    return copy(bytes, fills, rangeFillWhole, objectCache);
  }

  /** The same with another number of fills at a time. */
  public BlobConfig withFills(int most) {
    return copy(minFree, most, rangeFillWhole, objectCache);
  }

  /** The same, fetching blobs up to another size whole when a part is asked for. */
  public BlobConfig withRangeFillWhole(long bytes) {
    return copy(minFree, fills, bytes, objectCache);
  }

  /** The same with another amount of memory for small blobs. */
  public BlobConfig withObjectCache(long bytes) {
    return copy(minFree, fills, rangeFillWhole, bytes);
  }

  private BlobConfig copy(long least, int most, long wholeUpTo, long cache) {
    return new BlobConfig(
        capacity,
        least,
        most,
        spanCells,
        demandLegs,
        wholeUpTo,
        attempts,
        backoff,
        backoffMost,
        hotChunks,
        waitingChunks,
        passingChunks,
        abandonedAfter,
        cache,
        halfLife,
        touchFlush);
  }
}
