package dev.entrepot.common.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Opens JSON from strangers: bounded, UTF-8 only, no name twice in an object. */
public final class StrictJson {
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

  /** A parser in front of the document. */
  public static JsonParser open(byte[] bytes, int mostBytes)
      throws IOException, UnreadableJsonException {
    if (bytes.length > mostBytes) {
      throw new UnreadableJsonException("larger than " + mostBytes + " bytes");
    }
    char[] text = decode(bytes);
    return FACTORY.createParser(text, 0, text.length);
  }

  /** Strictly UTF-8. Reading bytes would let the parser guess at UTF-16 and UTF-32 too. */
  private static char[] decode(byte[] bytes) throws UnreadableJsonException {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      char[] exact = new char[text.remaining()];
      text.get(exact);
      return exact;
    } catch (CharacterCodingException _) {
      throw new UnreadableJsonException("not UTF-8");
    }
  }
}
