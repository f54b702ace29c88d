package dev.entrepot.edge.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The query of a request target, decoded strictly: what is malformed is refused, not guessed. */
final class RawQuery {
  private static final int MAX_PARAMETERS = 32;

  private final Map<String, String> values;

  private RawQuery(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads the part behind the question mark.
   *
   * @throws IllegalArgumentException for a malformed escape, a control character, a parameter that
   *     is given twice, or too many of them
   */
  static RawQuery parse(String raw) {
    Map<String, String> values = new HashMap<>();
    for (String pair : raw.split("&", MAX_PARAMETERS + 1)) {
      if (!pair.isEmpty()) {
        put(values, pair);
      }
    }
    if (values.size() > MAX_PARAMETERS) {
      throw new IllegalArgumentException("too many query parameters");
    }
    return new RawQuery(values);
  }

  /** The value of a parameter; one without a value counts as absent. */
  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  private static void put(Map<String, String> values, String pair) {
    int equals = pair.indexOf('=');
    String name = decode(equals < 0 ? pair : pair.substring(0, equals));
    String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
    if (values.put(name, value) != null) {
      throw new IllegalArgumentException("a query parameter is given twice");
    }
  }

  private static String decode(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.put((byte) (hex(text, i + 1) << 4 | hex(text, i + 2)));
        i += 2;
      } else {
        bytes.put((byte) printable(c == '+' ? ' ' : c));
      }
    }
    return utf8(bytes.flip());
  }

  private static int hex(String text, int at) {
    int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
    if (digit < 0) {
      throw new IllegalArgumentException("malformed escape in the query");
    }
    return digit;
  }

  private static int printable(char c) {
    if (c < ' ' || c > '~') {
      throw new IllegalArgumentException("unprintable character in the query");
    }
    return c;
  }

  private static String utf8(ByteBuffer bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (text.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException("control character in the query");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the query is not UTF-8", e);
    }
  }
}
