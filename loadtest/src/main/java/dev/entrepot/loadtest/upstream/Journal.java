package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Digest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every request, from its arrival on. Bounded: past {@link Settings#journalEntries()} the oldest
 * go, and questions that would need them are refused.
 */
public final class Journal {
  private final int capacity;
  private final Deque<Recording> recordings = new ArrayDeque<>();
  private long begun;
  private long forgotten;

  Journal(int capacity) {
    this.capacity = capacity;
  }

  /** All requests that are remembered, as far as they have got, in the order of arrival. */
  public List<Entry> entries() {
    return copied().stream().map(Recording::entry).toList();
  }

  /** How many requests are no longer remembered. */
  public synchronized long forgotten() {
    return forgotten;
  }

  /** Forgets everything, as if nothing had been asked yet. */
  public synchronized void clear() {
    recordings.clear();
    forgotten = 0;
  }

  /** How many requests pass the predicate, those under way included. */
  public long count(Predicate<Entry> predicate) {
    return complete().filter(predicate).count();
  }

  /** The requests that pass the predicate. */
  public List<Entry> entries(Predicate<Entry> predicate) {
    return complete().filter(predicate).toList();
  }

  /**
   * Waits until at least {@code n} requests pass the predicate.
   *
   * @throws IllegalStateException when they do not in time
   */
  public void awaitCount(Predicate<Entry> predicate, long n, Duration most) {
    Await.until(() -> count(predicate) >= n, most, () -> n + " of these are wanted: " + entries());
  }

  /**
   * Waits until no request is under way.
   *
   * @throws IllegalStateException when one still is
   */
  public void awaitQuiet(Duration most) {
    Await.until(() -> count(entry -> entry.end().isEmpty()) == 0, most, () -> "" + entries());
  }

  /**
   * The bytes of this blob sent in all, from the registry and from storage; or of this manifest,
   * where it was asked by digest. HEAD, redirects and errors do not count.
   */
  public long bodyBytes(Digest digest) {
    return contentOf(digest).mapToLong(Entry::bodyBytes).sum();
  }

  /**
   * Parts of this blob that more than one answer set out to send, whether they got there or not.
   */
  public List<ByteRange> rangesAskedTwice(Digest digest) {
    return overlaps(contentOf(digest).map(Entry::part).flatMap(Optional::stream).toList());
  }

  /** Parts of this blob whose bytes were sent more than once. */
  public List<ByteRange> rangesSentTwice(Digest digest) {
    return overlaps(contentOf(digest).map(Entry::sent).flatMap(Optional::stream).toList());
  }

  /** How many requests there are by some trait, for example {@code Entry::kind}. */
  public <K> Map<K, Long> countBy(Function<Entry, K> trait) {
    return complete().collect(Collectors.groupingBy(trait, Collectors.counting()));
  }

  synchronized Recording begin(Request request) {
    Recording recording = new Recording(++begun, request);
    recordings.addLast(recording);
    if (recordings.size() > capacity) {
      recordings.removeFirst();
      forgotten++;
    }
    return recording;
  }

  private synchronized List<Recording> copied() {
    return List.copyOf(recordings);
  }

  private Stream<Entry> complete() {
    List<Entry> all = entries();
    if (forgotten() > 0) {
      throw new IllegalStateException("the journal has forgotten " + forgotten() + " requests");
    }
    return all.stream();
  }

  private Stream<Entry> contentOf(Digest digest) {
    return complete()
        .filter(entry -> entry.part().isPresent())
        .filter(entry -> entry.digest().filter(digest::equals).isPresent());
  }

  private static List<ByteRange> overlaps(List<ByteRange> ranges) {
    List<ByteRange> found = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      for (ByteRange other : ranges.subList(0, i)) {
        if (ranges.get(i).overlaps(other)) {
          found.add(common(ranges.get(i), other));
        }
      }
    }
    return found;
  }

  private static ByteRange common(ByteRange one, ByteRange other) {
    return new ByteRange(Math.max(one.first(), other.first()), Math.min(one.end(), other.end()));
  }
}
