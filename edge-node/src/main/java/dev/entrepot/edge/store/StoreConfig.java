package dev.entrepot.edge.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the store lies on disk.
 *
 * @param directory where everything lies; made when absent
 * @param mappedReads whether plain connections are served from mapped files; otherwise every read
 *     is a copy
 * @param recheckAfter how long a chunk whose CRC32C was right, and that has stayed in memory since,
 *     is handed out without another check; zero for never
 * @param diskThreads how many threads may block on disk
 * @param diskQueue how many pieces of work may wait for those threads
 * @param openCells how many cells stay mapped at most, beside those that are being read
 */
public record StoreConfig(
    Path directory,
    boolean mappedReads,
    Duration recheckAfter,
    int diskThreads,
    int diskQueue,
    int openCells) {

  /** The defaults for a directory. */
  public static StoreConfig in(Path directory) {
    return new StoreConfig(directory, true, Duration.ofMinutes(1), 8, 8192, 2048);
  }
}
