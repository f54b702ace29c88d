package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.cache.CacheStatus.Detail;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code Cache-Status} (RFC 9211), and the short word for logs and meters. */
final class CacheStatusField {
  private CacheStatusField() {}

  /** The field's value, such as {@code entrepot; fwd=uri-miss; stored; detail="upstream"}. */
  static String render(CacheStatus status) {
    StringBuilder field = new StringBuilder("entrepot; ").append(outcome(status));
    if (status.stored()) {
      field.append("; stored");
    }
    if (status.collapsed()) {
      field.append("; collapsed");
    }
    if (!status.details().isEmpty()) {
      field.append("; detail=\"").append(details(status)).append('"');
    }
    return field.toString();
  }

  /** One word of a small closed set. */
  static String word(CacheStatus status) {
    if (status.details().contains(Detail.STALE)) {
      return "stale";
    }
    return status.collapsed() && status.outcome() != CacheStatus.Outcome.HIT
        ? "coalesced"
        : status.outcome().name().toLowerCase(Locale.ROOT);
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

  private static String details(CacheStatus status) {
    return status.details().stream()
        .sorted(Comparator.naturalOrder())
        .map(detail -> detail.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" "));
  }
}
