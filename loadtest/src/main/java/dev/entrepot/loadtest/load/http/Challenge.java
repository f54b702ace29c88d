package dev.entrepot.loadtest.load.http;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a 401 asks for ({@code WWW-Authenticate}, RFC 9110 section 11.6.1).
 *
 * @param scheme in lower case
 * @param parameters by lower-case name
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z_-]++)\\s*+=\\s*+(?:\"([^\"]*+)\"|([^\\s,\"]++))");

  /** The challenge of an answer: Bearer if there is one, else Basic, else nothing. */
  static Optional<Challenge> of(Head head) {
    List<Challenge> all = head.all("WWW-Authenticate").stream().map(Challenge::parse).toList();
    return pick(all, "bearer").or(() -> pick(all, "basic"));
  }

  boolean isBasic() {
    return scheme.equals("basic");
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  private static Challenge parse(String value) {
    String[] parts = value.strip().split("\\s+", 2);
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(parts.length > 1 ? parts[1] : "");
    while (matcher.find()) {
      String text = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
      parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), text);
    }
    return new Challenge(parts[0].toLowerCase(Locale.ROOT), parameters);
  }

  private static Optional<Challenge> pick(List<Challenge> all, String scheme) {
    return all.stream().filter(it -> it.scheme.equals(scheme)).findFirst();
  }
}
