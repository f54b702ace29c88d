package dev.entrepot.loadtest.upstream;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Headers whose values are not written down. */
final class Secrets {
  private static final Set<String> NAMES =
      Set.of("authorization", "proxy-authorization", "cookie", "x-registry-auth");

  private Secrets() {}

  static String key(String header) {
    return header.toLowerCase(Locale.ROOT);
  }

  /** The secret headers of a request, each with its authentication scheme. */
  static Map<String, String> in(Request request) {
    Map<String, String> found = new LinkedHashMap<>();
    request
        .headers()
        .forEach((name, value) -> {
          if (NAMES.contains(key(name))) {
            found.put(key(name), schemeOf(key(name), value));
          }
        });
    return Map.copyOf(found);
  }

  /** The request without them, and without its body, which may hold a password. */
  static Request strippedFrom(Request request) {
    Headers headers = request.headers();
    for (String name : NAMES) {
      headers = headers.without(name);
    }
    return new Request(
        request.side(),
        request.connection(),
        request.method(),
        request.target(),
        headers,
        new byte[0],
        request.route());
  }

  private static String schemeOf(String name, String value) {
    int blank = value.indexOf(' ');
    return name.endsWith("authorization") && blank > 0 ? value.substring(0, blank) : "";
  }
}
