package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Tag;

/**
 * Rules for some tags of an upstream.
 *
 * @param match a pattern for the repository's path, a colon, and a pattern for the tag, such as
 *     {@code library/alpine:3.*}; {@code *} stands for anything but a slash, {@code **} for
 *     anything
 */
public record TagRule(String match, FreshnessRules freshness) {
  public TagRule {
    if (match.indexOf(':') <= 0 || match.endsWith(":")) {
      throw new IllegalArgumentException(
          "not <repository pattern>:<tag pattern>, such as library/alpine:3.*: " + match);
    }
  }

  boolean covers(String path, Tag tag) {
    int colon = match.indexOf(':');
    return Glob.matches(match.substring(0, colon), path)
        && Glob.matches(match.substring(colon + 1), tag.value());
  }
}
