package dev.entrepot.common.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** JSON from strangers: bounded, UTF-8 only, and refused when it could be read in two ways. */
final class StrictJson {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER = 32;

  // No table of names is shared between documents: it could be filled by hostile ones.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER)
                  .build())
          .build();

  private StrictJson() {}

  /** Takes what it wants from one document. */
  @FunctionalInterface
  interface Reading<T> {
    T from(JsonParser json) throws IOException, UnreadableManifestException;
  }

  /** Reads one document that fills the bytes entirely. */
  static <T> T read(byte[] bytes, int mostBytes, Reading<T> reading)
      throws UnreadableManifestException {
    require(bytes.length <= mostBytes, "larger than " + mostBytes + " bytes");
    char[] text = decode(bytes);
    try (JsonParser json = FACTORY.createParser(text, 0, text.length)) {
      T result = reading.from(json);
      require(json.nextToken() == null, "text behind the end");
      return result;
    } catch (JsonProcessingException e) {
      throw new UnreadableManifestException("not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UnreadableManifestException("not JSON: " + e.getMessage());
    }
  }

  /** Strictly UTF-8. Reading bytes would let the parser guess at UTF-16 and UTF-32 too. */
  private static char[] decode(byte[] bytes) throws UnreadableManifestException {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      char[] exact = new char[text.remaining()];
      text.get(exact);
      return exact;
    } catch (CharacterCodingException _) {
      throw new UnreadableManifestException("not UTF-8");
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
