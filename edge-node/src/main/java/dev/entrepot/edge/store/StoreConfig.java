package dev.entrepot.edge.store;

import java.nio.file.Path;

/**
 * How the store lies on disk.
 *
 * @param directory where everything lies; made when absent
 * @param mappedReads whether plain connections are served from mapped files; otherwise every read
 *     is a copy
 * @param verifyReads whether a chunk's CRC32C is checked before its bytes are handed out
 * @param diskThreads how many threads may block on disk
 * @param diskQueue how many pieces of work may wait for those threads
 * @param openCells how many cells stay mapped at most, beside those that are being read
 */
public record StoreConfig(
    Path directory,
    boolean mappedReads,
    boolean verifyReads,
    int diskThreads,
    int diskQueue,
    int openCells) {

  /** The defaults for a directory. */
  public static StoreConfig in(Path directory) {
    return new StoreConfig(directory, true, true, 8, 8192, 2048);
  }
}
