package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Tag;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the catalogue must know of one upstream.
 *
 * @param freshness rules for its tags, tag lists and referrers
 * @param tags exceptions for some tags; the first that matches counts
 * @param exposure who may read its repositories
 * @param credentials whether this edge shows credentials to it
 */
public record UpstreamRules(
    FreshnessRules freshness, List<TagRule> tags, Exposure exposure, boolean credentials) {

  /** Who may read an upstream's repositories ({@code visibility} in the configuration). */
  public enum Exposure {
    /** Everyone. */
    PUBLIC,
    /** Those whom policy names. */
    PRIVATE,
    /**
     * Everyone, if there are no credentials; otherwise a repository is for everyone once the
     * upstream has shown it to somebody without any.
     */
    AUTO
  }

  /** An upstream about which nothing is said. */
  public static final UpstreamRules DEFAULT =
      new UpstreamRules(FreshnessRules.DEFAULT, List.of(), Exposure.AUTO, false);

  /**
   * Signatures appear after the image that they sign, so their absence must not be held for long.
   */
  private static final Duration LONGEST_NEGATIVE_FOR_SIGNATURES = Duration.ofSeconds(30);

  private static final Pattern SIGNATURE = Pattern.compile("sha(256|512)-[0-9a-f]{64,}(\\..*)?");

  public UpstreamRules {
    tags = List.copyOf(tags);
  }

  /** The rules for one reference of a repository. */
  public FreshnessRules of(String path, Reference reference) {
    if (!(reference instanceof Tag tag)) {
      return freshness;
    }
    FreshnessRules rules =
        tags.stream()
            .filter(rule -> rule.covers(path, tag))
            .findFirst()
            .map(TagRule::freshness)
            .orElse(freshness);
    return isSignature(tag) ? rules.negativeAtMost(LONGEST_NEGATIVE_FOR_SIGNATURES) : rules;
  }

  /** The rules for what lists the signatures and other referrers of a digest. */
  FreshnessRules ofReferrers() {
    return freshness.negativeAtMost(LONGEST_NEGATIVE_FOR_SIGNATURES);
  }

  /** {@code sha256-<hex>}, alone or with {@code .sig}, {@code .att}, {@code .sbom}. */
  private static boolean isSignature(Tag tag) {
    return SIGNATURE.matcher(tag.value()).matches();
  }
}
