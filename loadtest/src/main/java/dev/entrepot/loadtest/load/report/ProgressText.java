package dev.entrepot.loadtest.load.report;

import dev.entrepot.loadtest.load.Figures;
import dev.entrepot.loadtest.load.Span;
import java.util.Locale;

/** How a load is doing, in one line; rates are those since the line before. For one thread. */
final class ProgressText {
  private static final double SECOND = 1e9;

  private long nanos;
  private long bytes;
  private long requests;

  String next(String label, Figures now) {
    long elapsed = now.elapsed().toNanos();
    if (elapsed <= nanos) { // another load has begun
      nanos = 0;
      bytes = 0;
      requests = 0;
    }
    double seconds = (elapsed - nanos) / SECOND;
    String perSecond =
        Amounts.bytes((now.wire().bytes() - bytes) / seconds)
            + "/s  "
            + Amounts.number((now.wire().requests() - requests) / seconds);
    nanos = elapsed;
    bytes = now.wire().bytes();
    requests = now.wire().requests();
    return String.format(
        Locale.ROOT,
        "%s %ds  %d pulls  %s requests/s  p99 %s  %d failed  %d wrong hashes",
        label,
        now.elapsed().toSeconds(),
        now.pulls().right(),
        perSecond,
        Amounts.time(now.of(Span.PULL).at(99)),
        now.pulls().failed(),
        now.hashes().wrong());
  }
}
