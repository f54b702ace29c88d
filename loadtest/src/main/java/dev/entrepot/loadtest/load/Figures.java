package dev.entrepot.loadtest.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a load went.
 *
 * @param elapsed from the start until the last client was done
 * @param latencies of every span
 * @param failures by kind, the most frequent first
 */
public record Figures(
    Duration elapsed,
    Pulls pulls,
    Hashes hashes,
    Wire wire,
    Map<Span, Latencies> latencies,
    List<Failures> failures) {
  private static final double NANOS = 1e9;

  public Figures {
    latencies = Map.copyOf(latencies);
    failures = List.copyOf(failures);
  }

  /**
   * How many pulls there were.
   *
   * @param notBegun pulls that were due before the end and that no client was free to begin
   */
  public record Pulls(long right, long failed, long notBegun) {
    /** How many were to be begun before the end. */
    public long due() {
      return right + failed + notBegun;
    }

    /** The pulls of several loads together. */
    public Pulls plus(Pulls other) {
      return new Pulls(right + other.right, failed + other.failed, notBegun + other.notBegun);
    }
  }

  /**
   * How many bodies were compared with their digests.
   *
   * @param unproved manifests by tag that came without {@code Docker-Content-Digest}
   */
  public record Hashes(long right, long wrong, long unproved) {}

  /**
   * What went over the wire.
   *
   * @param requests all of them: redirects, challenges and tokens too
   * @param bytes of bodies of manifests and blobs, of broken ones as far as they came
   * @param contents bytes of what was proved by a digest, each digest once: what a cache must fetch
   * @param reopened requests that were sent again, because the server had closed an idle connection
   */
  public record Wire(
      long requests, long bytes, long contents, long connections, long reopened, long tokens) {}

  /** Failures of one kind. */
  public record Failures(String kind, long count, String sample) {}

  /** Whether everything that was begun came, and came right. */
  public boolean isRight() {
    return pulls.failed() == 0 && hashes.wrong() == 0 && pulls.right() > 0;
  }

  /** A sentence about one of the most frequent failures. */
  public String sample() {
    return failures.isEmpty() ? "no pull came to its end" : failures.getFirst().sample();
  }

  /** Pulls that went right, a second. */
  public double pullsPerSecond() {
    return perSecond(pulls.right());
  }

  /** Requests a second. */
  public double requestsPerSecond() {
    return perSecond(wire.requests());
  }

  /** Body bytes a second. */
  public double bytesPerSecond() {
    return perSecond(wire.bytes());
  }

  /** Times of one span. */
  public Latencies of(Span span) {
    Latencies found = latencies.get(span);
    if (found == null) {
      throw new IllegalArgumentException("not timed: " + span);
    }
    return found;
  }

  private double perSecond(long count) {
    double seconds = elapsed.toNanos() / NANOS;
    return seconds > 0 ? count / seconds : 0;
  }
}
