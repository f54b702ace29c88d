package dev.entrepot.common.cache;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * How one answer came about (RFC 9211).
 *
 * @param outcome hit, or why the answer was forwarded
 * @param collapsed whether this request waited for one that was already under way
 * @param stored whether what was fetched is, or is being, kept
 * @param age how long ago the upstream confirmed what is served; zero for a fresh answer
 * @param details what else is true of it
 */
public record CacheStatus(
    Outcome outcome, boolean collapsed, boolean stored, Duration age, Set<Detail> details) {

  /** Where the answer came from. */
  public enum Outcome {
    /** Served from what is kept here: {@code hit}. */
    HIT,
    /** Nothing was kept: {@code fwd=uri-miss}. */
    MISS,
    /** Some of the blob was kept and the rest was fetched: {@code fwd=partial}. */
    PARTIAL,
    /** What was kept had to be confirmed with the upstream first: {@code fwd=stale}. */
    REVALIDATED,
    /** Passed through without being kept: {@code fwd=bypass}. */
    BYPASS
  }

  /** Further truths, sent in the {@code detail} parameter. */
  public enum Detail {
    /** Past its freshness, served because the upstream was slow, throttling, failing or away. */
    STALE,
    /** The whole blob is not proved yet: these bytes rest on the upstream's word. */
    UNPROVED,
    /** The bytes came from another edge. */
    PEER,
    /** The bytes came from an upstream. */
    UPSTREAM
  }

  public CacheStatus {
    details = Set.copyOf(details);
  }

  /** A plain hit of that age. */
  public static CacheStatus hit(Duration age) {
    return new CacheStatus(Outcome.HIT, false, false, age, Set.of());
  }

  /** An outcome with nothing more to say. */
  public static CacheStatus of(Outcome outcome) {
    return new CacheStatus(outcome, false, false, Duration.ZERO, Set.of());
  }

  /** The same, with {@code collapsed} set as given. */
  public CacheStatus collapsed(boolean value) {
    return new CacheStatus(outcome, value, stored, age, details);
  }

  /** The same, with {@code stored} set as given. */
  public CacheStatus stored(boolean value) {
    return new CacheStatus(outcome, collapsed, value, age, details);
  }

  /** The same, with one more detail. */
  public CacheStatus with(Detail detail) {
    EnumSet<Detail> more = EnumSet.of(detail);
    more.addAll(details);
    return new CacheStatus(outcome, collapsed, stored, age, more);
  }
}
