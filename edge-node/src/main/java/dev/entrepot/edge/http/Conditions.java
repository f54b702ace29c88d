package dev.entrepot.edge.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Arrays;

/** Conditional requests (RFC 9110 section 13). The entity tag of content is its digest. */
final class Conditions {
  private Conditions() {}

  /** Whether {@code If-None-Match} names the digest; read leniently, quoted or not, weak or not. */
  static boolean matches(MultiMap headers, String digest) {
    return headers.getAll(HttpHeaders.IF_NONE_MATCH).stream()
        .flatMap(line -> Arrays.stream(line.split(",")))
        .anyMatch(tag -> tag.strip().equals("*") || bare(tag.strip()).equals(digest));
  }

  /** Whether {@code If-Range} lets a range be answered: absent, or strongly the digest. */
  static boolean rangeHolds(MultiMap headers, String digest) {
    String ifRange = headers.get("If-Range");
    return ifRange == null || ifRange.strip().equals('"' + digest + '"');
  }

  private static String bare(String tag) {
    String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
    boolean quoted = strong.length() >= 2 && strong.startsWith("\"") && strong.endsWith("\"");
    return quoted ? strong.substring(1, strong.length() - 1) : strong;
  }
}
