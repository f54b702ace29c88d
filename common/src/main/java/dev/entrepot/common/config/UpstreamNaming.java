package dev.entrepot.common.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Which of several configured upstreams a name means: the one that is called so, else the wildcard
 * ({@code *.suffix}) with the longest suffix that covers it. Everything that is configured for an
 * upstream must be found this way, or a host of a wildcard would be dialled by one's credentials
 * and judged by another's rules.
 */
public final class UpstreamNaming {
  private UpstreamNaming() {}

  /** The configured name that a name means. */
  public static Optional<String> find(Collection<String> configured, String name) {
    if (configured.contains(name) && !isWildcard(name)) {
      return Optional.of(name);
    }
    return configured.stream()
        .filter(UpstreamNaming::isWildcard)
        .filter(wildcard -> name.endsWith(wildcard.substring(1)))
        .max(Comparator.comparingInt(String::length));
  }

  private static boolean isWildcard(String name) {
    return name.startsWith("*.");
  }
}
