package dev.entrepot.control.tokens;

import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import dev.entrepot.control.tokens.TokenRequest.Credentials;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the forms in which tokens are asked for: {@code GET} (Docker token specification), the form
 * of {@code POST} (OAuth 2.0, RFC 6749 section 4.3), and JSON with {@code username} and {@code
 * password}, which is known by its first character: {@code curl -d} calls everything a form.
 */
final class RequestReader {
  private static final int MOST_PARAMETERS = 256;

  private RequestReader() {}

  /** The request is none; the sentence says why. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String sentence) {
      super(sentence);
    }
  }

  static TokenRequest get(String uri, Optional<String> authorization) throws Unreadable {
    return request(query(uri), basic(authorization));
  }

  static TokenRequest post(String uri, Optional<String> authorization, byte[] body, int most)
      throws Unreadable {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    if (text.startsWith("{")) {
      return request(query(uri), json(body, most));
    }
    Map<String, List<String>> fields = fields(text);
    String grant = first(fields, "grant_type").orElse("password");
    if (!grant.equals("password")) {
      throw new Unreadable("grant_type " + shortened(grant) + " is not supported; use password");
    }
    Optional<Credentials> shown = credentials(first(fields, "username"), first(fields, "password"));
    return request(fields, shown.isPresent() ? shown : basic(authorization));
  }

  private static TokenRequest request(
      Map<String, List<String>> parameters, Optional<Credentials> credentials) {
    return new TokenRequest(
        credentials,
        first(parameters, "service").filter(it -> !it.isEmpty()),
        parameters.getOrDefault("scope", List.of()));
  }

  private static Optional<Credentials> json(byte[] body, int most) throws Unreadable {
    try {
      JsonFields fields = JsonFields.read(body, most);
      return credentials(
          Optional.of(fields.text("username")), Optional.of(fields.text("password")));
    } catch (UnreadableJsonException e) {
      throw new Unreadable("the body is not {\"username\": …, \"password\": …}: " + e.getMessage());
    }
  }

  /** Basic credentials (RFC 7617); empty ones, {@code Og==}, are nobody's. */
  private static Optional<Credentials> basic(Optional<String> authorization) throws Unreadable {
    if (authorization.isEmpty()) {
      return Optional.empty();
    }
    String header = authorization.get().strip();
    if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
      throw new Unreadable("Authorization must be Basic here, with a name and a password");
    }
    try {
      String both =
          new String(
              Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
      int colon = both.indexOf(':');
      if (colon < 0) {
        throw new Unreadable("Authorization has no colon between name and password");
      }
      return credentials(
          Optional.of(both.substring(0, colon)), Optional.of(both.substring(colon + 1)));
    } catch (IllegalArgumentException _) {
      throw new Unreadable("Authorization is not Base64");
    }
  }

  private static Optional<Credentials> credentials(Optional<String> user, Optional<String> word) {
    String name = user.orElse("");
    String password = word.orElse("");
    return name.isEmpty() && password.isEmpty()
        ? Optional.empty()
        : Optional.of(new Credentials(name, password));
  }

  private static Map<String, List<String>> query(String uri) throws Unreadable {
    int mark = uri.indexOf('?');
    return fields(mark < 0 ? "" : uri.substring(mark + 1));
  }

  /** Divided at {@code &} alone: semicolons and hashes are of passwords that curl sent as typed. */
  private static Map<String, List<String>> fields(String text) throws Unreadable {
    QueryStringDecoder decoder =
        new QueryStringDecoder(
            text.replace("#", "%23"),
            StandardCharsets.UTF_8,
            false,
            MOST_PARAMETERS + 1,
            true); // as form data is read on the web
    try {
      Map<String, List<String>> all = decoder.parameters();
      if (all.values().stream().mapToInt(List::size).sum() > MOST_PARAMETERS) {
        throw new Unreadable("there are too many parameters");
      }
      return Map.copyOf(all);
    } catch (IllegalArgumentException _) {
      throw new Unreadable("a parameter is not percent-encoded as it must be");
    }
  }

  private static Optional<String> first(Map<String, List<String>> fields, String name) {
    List<String> all = new ArrayList<>(fields.getOrDefault(name, List.of()));
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
  }

  private static String shortened(String text) {
    String safe = text.replaceAll("[^a-z_:-]", "?");
    return safe.substring(0, Math.min(32, safe.length()));
  }
}
