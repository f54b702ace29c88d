package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code Cache-Status} (RFC 9211). */
final class CacheStatusHeader {
  private static final String CACHE = "entrepot";

  private CacheStatusHeader() {}

  static String of(CacheStatus status) {
    StringBuilder header = new StringBuilder(CACHE).append("; ").append(outcome(status));
    if (status.collapsed()) {
      header.append("; collapsed");
    }
    if (status.stored()) {
      header.append("; stored");
    }
    if (!status.details().isEmpty()) {
      String details =
          status.details().stream()
              .sorted()
              .map(detail -> detail.name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining("-"));
      header.append("; detail=").append(details);
    }
    return header.toString();
  }

  private static String outcome(CacheStatus status) {
    return switch (status.outcome()) {
      case HIT -> "hit";
      case MISS -> "fwd=uri-miss";
      case PARTIAL -> "fwd=partial";
      case REVALIDATED -> "fwd=stale";
      case BYPASS -> "fwd=bypass";
    };
  }
}
