package dev.entrepot.loadtest.load.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/** Reads what a token endpoint says (Docker token authentication). */
final class TokenAnswer {
  /** Largest answer that is read, in bytes. */
  static final int MOST = 1 << 20;

  private static final JsonFactory JSON = new JsonFactory();

  private TokenAnswer() {}

  /** {@code token}, or {@code access_token} where there is none. */
  static Optional<String> read(byte[] bytes) {
    try (JsonParser json = JSON.createParser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      String found = "";
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
        if (isText && (name.equals("token") || (name.equals("access_token") && found.isEmpty()))) {
          found = json.getText();
        }
        json.skipChildren();
      }
      return isHeaderText(found) ? Optional.of(found) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** A token becomes a header: nothing in it may end the line. */
  static boolean isHeaderText(String token) {
    return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 127);
  }
}
