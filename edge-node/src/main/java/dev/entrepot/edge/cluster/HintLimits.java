package dev.entrepot.edge.cluster;

import dev.entrepot.edge.cluster.Site.Kind;
import java.time.Duration;

/**
 * What hints may cost.
 *
 * @param patience the longest wait for one hint
 * @param waiting how many are asked for at a time, and how many told; more are dropped
 * @param waitingBytes how much may be on its way to the others at a time
 * @param failures in a row after which nothing is asked for a while
 * @param pause how long that while is
 * @param manifestBytes the largest manifest that is told or believed
 * @param otherBytes the largest value of any other kind
 * @param longest no hint lives longer, whatever it is told with
 */
public record HintLimits(
    Duration patience,
    int waiting,
    long waitingBytes,
    int failures,
    Duration pause,
    int manifestBytes,
    int otherBytes,
    Duration longest) {

  /** 50 ms, 1024 at a time and 32 MiB, 5 failures, 1 s, 4 MiB, 64 KiB, one day. */
  public static final HintLimits STANDARD =
      new HintLimits(
          Duration.ofMillis(50),
          1_024,
          32 << 20,
          5,
          Duration.ofSeconds(1),
          4 << 20,
          64 << 10,
          Duration.ofDays(1));

  int valueBytes(Kind kind) {
    return kind == Kind.MANIFEST ? manifestBytes : otherBytes;
  }
}
