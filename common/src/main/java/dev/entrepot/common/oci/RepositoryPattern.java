package dev.entrepot.common.oci;

import java.util.regex.Pattern;

/**
 * A pattern over {@code <upstream>/<path>}: {@code *} stands for anything within a part, {@code **}
 * for anything at all. Immutable.
 */
public final class RepositoryPattern {
  private final Pattern pattern;

  private RepositoryPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  public static RepositoryPattern of(String text) {
    StringBuilder expression = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("**", at)) {
        expression.append(".*");
        at += 2;
      } else if (text.charAt(at) == '*') {
        expression.append("[^/]*");
        at++;
      } else {
        expression.append(Pattern.quote(text.substring(at, at + 1)));
        at++;
      }
    }
    return new RepositoryPattern(Pattern.compile(expression.toString()));
  }

  /**
   * Whether the pattern covers a repository.
   *
   * @param name {@code <upstream>/<path>}
   */
  public boolean covers(String name) {
    return pattern.matcher(name).matches();
  }
}
