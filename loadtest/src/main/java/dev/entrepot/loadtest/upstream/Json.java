package dev.entrepot.loadtest.upstream;

import java.util.Map;
import java.util.stream.Collectors;

/** The little JSON that a registry writes. */
final class Json {
  private Json() {}

  /** A string literal. */
  static String text(String value) {
    StringBuilder out = new StringBuilder("\"");
    value.chars().forEach(c -> append(out, (char) c));
    return out.append('"').toString();
  }

  /** An object of strings. */
  static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> text(member.getKey()) + ":" + text(member.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static void append(StringBuilder out, char c) {
    if (c == '"' || c == '\\') {
      out.append('\\').append(c);
    } else if (c < ' ') {
      out.append("\\u%04x".formatted((int) c));
    } else {
      out.append(c);
    }
  }
}
