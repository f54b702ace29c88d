package dev.entrepot.edge.http;

import dev.entrepot.common.oci.Digest;
import java.util.Optional;

/** Conditional requests (RFC 9110, section 13). An entity's tag is its digest, quoted. */
final class Conditions {
  private Conditions() {}

  static String etag(Digest digest) {
    return "\"" + digest + "\"";
  }

  /** Whether the client has it already. Unquoted tags are accepted: clients send them. */
  static boolean isNotModified(Pull pull, Digest digest) {
    return pull.header("If-None-Match").filter(value -> names(value, digest)).isPresent();
  }

  /** Whether {@code Range} counts: no {@code If-Range}, or one that names this very entity. */
  static boolean rangeCounts(Pull pull, Digest digest) {
    Optional<String> condition = pull.header("If-Range");
    return condition.isEmpty() || condition.get().strip().equals(etag(digest));
  }

  private static boolean names(String header, Digest digest) {
    for (String part : header.split(",", 64)) {
      String tag = part.strip();
      String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
      if (strong.equals("*") || strong.equals(etag(digest)) || strong.equals(digest.toString())) {
        return true;
      }
    }
    return false;
  }
}
