package dev.entrepot.loadtest.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * The times of one span. For any thread: recording never waits, and reading sees each time whole,
 * which reading a histogram that is being written does not.
 */
final class Stopwatch {
  private static final long FINEST = 1_000;
  private static final long LONGEST = Duration.ofHours(1).toNanos();
  private static final int DIGITS = 3;

  private final Recorder recorder = new Recorder(FINEST, LONGEST, DIGITS);
  private final Histogram total = new Histogram(FINEST, LONGEST, DIGITS);
  private @Nullable Histogram recycled;

  void timed(long nanos) {
    recorder.recordValue(Math.clamp(nanos, 0, LONGEST));
  }

  synchronized Latencies latencies() {
    Histogram since = recorder.getIntervalHistogram(recycled);
    total.add(since);
    recycled = since;
    return Latencies.of(total);
  }
}
