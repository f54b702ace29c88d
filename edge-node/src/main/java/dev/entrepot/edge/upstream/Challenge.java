package dev.entrepot.edge.upstream;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One challenge of a {@code WWW-Authenticate} header (RFC 9110, section 11.6.1).
 *
 * @param scheme in lower case
 * @param parameters by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final int LONGEST = 8192;

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** Reads the first challenge of that scheme in a header. */
  static Optional<Challenge> find(String scheme, String header) {
    if (header.length() > LONGEST) {
      return Optional.empty();
    }
    Reader reader = new Reader(header);
    while (reader.hasMore()) {
      Challenge challenge = reader.challenge();
      if (challenge.scheme().equals(scheme)) {
        return Optional.of(challenge);
      }
    }
    return Optional.empty();
  }

  /** Walks over a header; whatever it meets, it goes forward. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
      skip();
    }

    boolean hasMore() {
      return at < text.length();
    }

    Challenge challenge() {
      String scheme = token().toLowerCase(Locale.ROOT);
      Map<String, String> parameters = new HashMap<>();
      skip();
      while (hasMore() && isParameter()) {
        String name = token().toLowerCase(Locale.ROOT);
        skipBlank();
        at++; // the equals sign
        skipBlank();
        parameters.putIfAbsent(name, value());
        skip();
      }
      if (scheme.isEmpty()) {
        at++;
      }
      return new Challenge(scheme, parameters);
    }

    private boolean isParameter() {
      int end = at;
      while (end < text.length() && isToken(text.charAt(end))) {
        end++;
      }
      int equals = end;
      while (equals < text.length() && text.charAt(equals) == ' ') {
        equals++;
      }
      return end > at && equals < text.length() && text.charAt(equals) == '=';
    }

    private String value() {
      if (at >= text.length() || text.charAt(at) != '"') {
        return token();
      }
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at));
      }
      at++;
      return value.toString();
    }

    private String token() {
      int start = at;
      while (at < text.length() && isToken(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private void skip() {
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == ',')) {
        at++;
      }
    }

    private void skipBlank() {
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
    }

    private static boolean isToken(char c) {
      return c > ' ' && c < 127 && "\"(),;<=>@[\\]{}".indexOf(c) < 0;
    }
  }
}
