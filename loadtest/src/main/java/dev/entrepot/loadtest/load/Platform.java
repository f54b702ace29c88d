package dev.entrepot.loadtest.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.entrepot.common.oci.Digest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The platform whose child of an index is pulled (image specification, {@code image-index.md}).
 *
 * @param variant empty for any
 */
public record Platform(String os, String architecture, String variant) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Reads {@code OS/ARCHITECTURE} or {@code OS/ARCHITECTURE/VARIANT}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new IllegalArgumentException("not a platform");
    }
    return new Platform(parts[0], parts[1], parts.length > 2 ? parts[2] : "");
  }

  /** The first child of an index that is for this platform, or that names none. */
  Optional<Digest> choose(byte[] index) {
    try (JsonParser json = JSON.createParser(index)) {
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.START_ARRAY
            && "manifests".equals(json.currentName())) {
          return firstOf(json);
        }
      }
      return Optional.empty();
    } catch (IOException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }

  private Optional<Digest> firstOf(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.START_OBJECT) {
      Map<String, String> child = new HashMap<>();
      flatten(json, "", child);
      if (fits(child)) {
        return Optional.of(Digest.parse(child.getOrDefault("digest", "")));
      }
    }
    return Optional.empty();
  }

  private boolean fits(Map<String, String> child) {
    return child.getOrDefault("platform.os", os).equals(os)
        && child.getOrDefault("platform.architecture", architecture).equals(architecture)
        && (variant.isEmpty() || child.getOrDefault("platform.variant", variant).equals(variant));
  }

  /** The texts of an object and of the objects in it, by dotted names. */
  private static void flatten(JsonParser json, String prefix, Map<String, String> into)
      throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = prefix + json.currentName();
      switch (json.nextToken()) {
        case START_OBJECT -> flatten(json, name + ".", into);
        case VALUE_STRING -> into.put(name, json.getText());
        default -> json.skipChildren();
      }
    }
  }
}
