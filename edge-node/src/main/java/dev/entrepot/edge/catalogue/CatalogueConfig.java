package dev.entrepot.edge.catalogue;

import dev.entrepot.common.config.UpstreamNaming;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of the catalogue.
 *
 * @param upstreams rules by the upstream's name; one that is not named has {@link
 *     UpstreamRules#DEFAULT}
 * @param negatives how long failed questions are remembered
 * @param memory how much is kept in memory
 * @param away how upstreams that do not answer are treated
 * @param publicRecheck how often an upstream to which credentials are shown is asked again whether
 *     a repository is still for everyone; default 6 h
 * @param proofLasts how long after such an answer what is new in the repository needs no other one;
 *     default 10 s, as long as the manifests of one pull take
 * @param privateRecheck how long a refusal of that question holds; default 30 s
 * @param privateStaleIfError the longest that private content outlives errors of its upstream;
 *     default 24 h
 */
public record CatalogueConfig(
    Map<String, UpstreamRules> upstreams,
    NegativeLifetimes negatives,
    Memory memory,
    Absence away,
    Duration publicRecheck,
    Duration proofLasts,
    Duration privateRecheck,
    Duration privateStaleIfError) {

  /** Defaults for these upstreams. */
  public static CatalogueConfig of(Map<String, UpstreamRules> upstreams) {
    return new CatalogueConfig(
        upstreams,
        NegativeLifetimes.DEFAULT,
        Memory.DEFAULT,
        Absence.DEFAULT,
        Duration.ofHours(6),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofHours(24));
  }

  public CatalogueConfig {
    upstreams = Map.copyOf(upstreams);
  }

  /** The rules of an upstream, by its name. */
  public UpstreamRules upstream(String name) {
    return UpstreamNaming.find(upstreams.keySet(), name)
        .map(upstreams::get)
        .orElse(UpstreamRules.DEFAULT);
  }

  /**
   * How much is kept in memory besides the disk.
   *
   * @param manifestBytes bytes of manifests; default 32 MiB
   * @param tags tags; default 20,000
   * @param mentions digests that repositories mention; default 50,000
   * @param listBytes bytes of tag lists and referrers; default 16 MiB
   * @param negatives failed questions; default 10,000
   */
  public record Memory(
      long manifestBytes, long tags, long mentions, long listBytes, long negatives) {
    public static final Memory DEFAULT = new Memory(32L << 20, 20_000, 50_000, 16L << 20, 10_000);
  }

  /**
   * How upstreams are treated that were slow, failing or away.
   *
   * @param memory how long that is remembered without new evidence: meanwhile nobody waits who can
   *     be given a stale answer; default 60 s
   * @param probeEvery how often one question goes out meanwhile to find out whether it is back;
   *     default 5 s
   * @param longestPause the longest that a {@code Retry-After} keeps questions back; default 10 min
   */
  public record Absence(Duration memory, Duration probeEvery, Duration longestPause) {
    public static final Absence DEFAULT =
        new Absence(Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofMinutes(10));
  }
}
