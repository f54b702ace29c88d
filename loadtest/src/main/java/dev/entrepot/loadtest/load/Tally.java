package dev.entrepot.loadtest.load;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.load.http.PullFailed;
import dev.entrepot.loadtest.load.http.Traffic;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what all clients of a load do, while they do it. For any thread. */
final class Tally {
  private final Traffic traffic = new Traffic();
  private final LongAdder pulls = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder right = new LongAdder();
  private final LongAdder wrong = new LongAdder();
  private final LongAdder unproved = new LongAdder();
  private final Map<Digest, Long> contents = new ConcurrentHashMap<>();
  private final Map<Span, Stopwatch> spans = new EnumMap<>(Span.class);
  private final Map<String, Failures> failures = new ConcurrentHashMap<>();

  Tally() {
    for (Span span : Span.values()) {
      spans.put(span, new Stopwatch());
    }
  }

  private record Failures(LongAdder count, String sample) {}

  Traffic traffic() {
    return traffic;
  }

  void timed(Span span, long nanos) {
    stopwatch(span).timed(nanos);
  }

  /** A pull came right. Failed ones are counted and not timed: a quick refusal is no speed. */
  void pulled(long nanos) {
    pulls.increment();
    timed(Span.PULL, nanos);
  }

  void failed(PullFailed failure) {
    failed.increment();
    failures
        .computeIfAbsent(failure.label(), _ -> new Failures(new LongAdder(), failure.sentence()))
        .count()
        .increment();
  }

  /** Content came that is what its digest says. */
  void proved(Digest digest, long bytes) {
    right.increment();
    contents.putIfAbsent(digest, bytes);
  }

  /** Content came that is not what its digest says. */
  void disproved() {
    wrong.increment();
  }

  /** Bytes came without a digest to compare them with. */
  void unproved() {
    unproved.increment();
  }

  /** What there is so far; exact once no client runs any more. */
  Figures figures(Duration elapsed, long notBegun) {
    Map<Span, Latencies> latencies = new EnumMap<>(Span.class);
    spans.forEach((span, stopwatch) -> latencies.put(span, stopwatch.latencies()));
    return new Figures(
        elapsed,
        new Figures.Pulls(pulls.sum(), failed.sum(), notBegun),
        new Figures.Hashes(right.sum(), wrong.sum(), unproved.sum()),
        new Figures.Wire(
            traffic.requests(),
            traffic.bytes(),
            contents.values().stream().mapToLong(Long::longValue).sum(),
            traffic.connections(),
            traffic.reopened(),
            traffic.tokens()),
        latencies,
        errors());
  }

  private List<Figures.Failures> errors() {
    return failures.entrySet().stream()
        .map(it ->
            new Figures.Failures(it.getKey(), it.getValue().count().sum(), it.getValue().sample()))
        .sorted(Comparator.comparingLong(Figures.Failures::count).reversed())
        .toList();
  }

  private Stopwatch stopwatch(Span span) {
    Stopwatch stopwatch = spans.get(span);
    if (stopwatch == null) {
      throw new IllegalStateException("every span has a stopwatch");
    }
    return stopwatch;
  }
}
