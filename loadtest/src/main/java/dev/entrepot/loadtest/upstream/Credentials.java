package dev.entrepot.loadtest.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Reads what a request shows. */
final class Credentials {
  private Credentials() {}

  /** The account of {@code Authorization: Basic} (RFC 7617). */
  static Optional<Auth.Account> basic(Request request) {
    return of(request, "Basic ").flatMap(Credentials::account);
  }

  /** The token of {@code Authorization: Bearer} (RFC 6750). */
  static Optional<String> bearer(Request request) {
    return of(request, "Bearer ");
  }

  private static Optional<String> of(Request request, String scheme) {
    return request
        .headers()
        .first("Authorization")
        .filter(value -> value.regionMatches(true, 0, scheme, 0, scheme.length()))
        .map(value -> value.substring(scheme.length()).strip());
  }

  private static Optional<Auth.Account> account(String base64) {
    try {
      String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      String[] parts = pair.split(":", 2);
      return parts.length == 2
          ? Optional.of(new Auth.Account(parts[0], parts[1]))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
