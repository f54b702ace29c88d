package dev.entrepot.edge.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One challenge of {@code WWW-Authenticate} (RFC 9110 section 11.3).
 *
 * @param scheme in lower case
 * @param parameters names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  Challenge {
    parameters = Map.copyOf(parameters);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  boolean isBearer() {
    return scheme.equals("bearer") && parameters.containsKey("realm");
  }

  boolean isBasic() {
    return scheme.equals("basic");
  }

  /** The challenge to answer: a Bearer one before a Basic one. */
  static Optional<Challenge> best(List<String> headers) {
    List<Challenge> all = new ArrayList<>();
    headers.forEach(header -> all.addAll(new Reader(header).challenges()));
    return all.stream()
        .filter(Challenge::isBearer)
        .findFirst()
        .or(() -> all.stream().filter(Challenge::isBasic).findFirst());
  }

  /** Reads several challenges out of one header; what it does not understand it skips. */
  private static final class Reader {
    private final String text;
    private int at;
    private final List<Challenge> found = new ArrayList<>();
    private String scheme = "";
    private Map<String, String> parameters = new HashMap<>();

    Reader(String text) {
      this.text = text;
    }

    List<Challenge> challenges() {
      while (skipSeparators()) {
        String word = token();
        if (word.isEmpty()) {
          at++;
        } else if (skipSpaces() == '=') {
          at++;
          skipSpaces();
          parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
        } else {
          begin(word);
        }
      }
      begin("");
      return found;
    }

    private void begin(String next) {
      if (!scheme.isEmpty()) {
        found.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
      }
      scheme = next;
      parameters = new HashMap<>();
    }

    private boolean skipSeparators() {
      while (at < text.length() && " \t,".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return at < text.length();
    }

    /** The next character that is not a space; 0 at the end. */
    private char skipSpaces() {
      while (at < text.length() && " \t".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private String token() {
      int from = at;
      while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(from, at);
    }

    private String value() {
      if (at >= text.length() || text.charAt(at) != '"') {
        return bare();
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

    private String bare() {
      int from = at;
      while (at < text.length() && " \t,".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(from, at);
    }
  }
}
