package dev.entrepot.edge.blob;

import java.time.Duration;

/**
 * How blobs are fetched and kept.
 *
 * @param capacity most bytes on disk
 * @param minFree bytes of the volume that are always left free
 * @param spanCells how many cells one request to an upstream asks for at most
 * @param connectionsPerFill how many requests of one blob may run side by side
 * @param demandLegs how many more may run for readers that wait far away from those
 * @param rangeFillWhole a blob up to this size is fetched whole when a part of it is asked for; of
 *     a larger one only the cells that are needed
 * @param attempts how often in a row a transfer may break without a byte of progress
 * @param backoff wait before the second attempt; doubles with each one
 * @param backoffMost the longest such wait
 * @param hotChunks chunks of a running fill that stay in memory for its readers
 * @param waitingChunks chunks of a running fill that may wait for the disk
 * @param passingChunks chunks in memory of a fill that cannot be stored; its slowest reader paces
 *     it
 * @param abandonedAfter how long a fill that nobody reads goes on; zero lets it finish
 * @param objectCache bytes of small blobs kept in memory
 * @param halfLife after which time a read counts half for what is worth keeping
 * @param touchFlush how often it is written down what was read lately
 */
public record BlobConfig(
    long capacity,
    long minFree,
    int spanCells,
    int connectionsPerFill,
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
        4,
        1,
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
    return new BlobConfig(
        capacity,
        bytes,
        spanCells,
        connectionsPerFill,
        demandLegs,
        rangeFillWhole,
        attempts,
        backoff,
        backoffMost,
        hotChunks,
        waitingChunks,
        passingChunks,
        abandonedAfter,
        objectCache,
        halfLife,
        touchFlush);
  }
}
