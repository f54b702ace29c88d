package dev.entrepot.edge.access;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The token in an {@code Authorization} header (RFC 6750 section 2.1). */
final class Bearer {
  private static final Pattern FORM = Pattern.compile("(?i:bearer) ([A-Za-z0-9._~+/=-]+)");

  private Bearer() {}

  /** What was sent as a bearer token; empty for every other scheme and form. */
  static Optional<String> of(Caller caller) {
    return caller
        .authorization()
        .map(FORM::matcher)
        .filter(Matcher::matches)
        .map(it -> it.group(1));
  }
}
