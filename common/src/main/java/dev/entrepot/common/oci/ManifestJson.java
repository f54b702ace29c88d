package dev.entrepot.common.oci;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.entrepot.common.json.StrictJson;
import dev.entrepot.common.json.UnreadableJsonException;
import java.io.IOException;
import java.util.Set;

/** A manifest's JSON; refused when it could be read in two ways. */
final class ManifestJson {
  private ManifestJson() {}

  /** Takes what it wants from one document. */
  @FunctionalInterface
  interface Reading<T> {
    T from(JsonParser json) throws IOException, UnreadableManifestException;
  }

  /** Reads one document that fills the bytes entirely. */
  static <T> T read(byte[] bytes, int mostBytes, Reading<T> reading)
      throws UnreadableManifestException {
    try (JsonParser json = StrictJson.open(bytes, mostBytes)) {
      T result = reading.from(json);
      require(json.nextToken() == null, "text behind the end");
      return result;
    } catch (UnreadableJsonException e) {
      throw new UnreadableManifestException(String.valueOf(e.getMessage()));
    } catch (JsonProcessingException e) {
      throw new UnreadableManifestException("not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UnreadableManifestException("not JSON: " + e.getMessage());
    }
  }

  /**
   * The name of the current field. Readers written in Go take {@code "Layers"} for {@code
   * "layers"}, so a known name in other letters is refused.
   */
  static String name(JsonParser json, Set<String> known)
      throws IOException, UnreadableManifestException {
    String name = json.currentName();
    require(json.currentToken() == JsonToken.FIELD_NAME && name != null, "not an object");
    if (!known.contains(name)) {
      for (String other : known) {
        require(!other.equalsIgnoreCase(name), "an ambiguous name");
      }
    }
    return name;
  }

  /** The current value, which must be text. */
  static String text(JsonParser json) throws IOException, UnreadableManifestException {
    require(json.currentToken() == JsonToken.VALUE_STRING, "not a text");
    return json.getText();
  }

  /** The current value, which must be a whole number of bytes. */
  static long size(JsonParser json) throws IOException, UnreadableManifestException {
    require(json.currentToken() == JsonToken.VALUE_NUMBER_INT, "not a whole number");
    long value = json.getLongValue();
    require(value >= 0, "a negative size");
    return value;
  }

  static void require(boolean condition, String otherwise) throws UnreadableManifestException {
    if (!condition) {
      throw new UnreadableManifestException(otherwise);
    }
  }
}
