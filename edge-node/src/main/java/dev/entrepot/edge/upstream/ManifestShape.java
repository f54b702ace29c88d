package dev.entrepot.edge.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.entrepot.common.oci.MediaType;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a manifest's JSON says of itself at its top level.
 *
 * @param mediaType the field of that name
 * @param fields all names at the top
 */
record ManifestShape(Optional<String> mediaType, Set<String> fields) {
  private static final int DEEPEST = 64;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  /** Empty when the bytes are not one JSON object. */
  static Optional<ManifestShape> read(byte[] bytes) {
    try (JsonParser parser = JSON.createParser(bytes)) {
      return parser.nextToken() == JsonToken.START_OBJECT
          ? Optional.of(fields(parser))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static ManifestShape fields(JsonParser parser) throws IOException {
    Set<String> fields = new HashSet<>();
    Optional<String> mediaType = Optional.empty();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      fields.add(name);
      JsonToken value = parser.nextToken();
      if (name.equals("mediaType") && value == JsonToken.VALUE_STRING) {
        mediaType = Optional.of(parser.getText());
      }
      parser.skipChildren();
    }
    return new ManifestShape(mediaType, Set.copyOf(fields));
  }

  /** Whether it could be read as a manifest and as an index (CVE-2021-41190). */
  boolean isAmbiguous() {
    return fields.contains("manifests") && (fields.contains("layers") || fields.contains("config"));
  }

  /**
   * The type to serve it as: the header's, when it is one of a manifest and the field does not say
   * otherwise; else the field's; else what its other fields tell. Empty when it is no manifest.
   */
  Optional<MediaType> type(Optional<MediaType> header) {
    Optional<MediaType> inside = mediaType.flatMap(ManifestShape::manifestType);
    Optional<MediaType> outside = header.filter(MediaType::isManifest);
    if (outside.isPresent() && mediaType.isPresent()) {
      return outside.filter(type -> inside.isPresent() && type.equals(inside.get()));
    }
    return outside.or(() -> header.flatMap(this::guess)).or(() -> inside);
  }

  private Optional<MediaType> guess(MediaType header) {
    boolean generic = Set.of("application/json", "text/plain").contains(header.value());
    if (!generic || mediaType.isPresent()) {
      return Optional.empty();
    }
    if (fields.contains("manifests")) {
      return Optional.of(MediaType.OCI_INDEX);
    }
    return fields.contains("config") && fields.contains("layers")
        ? Optional.of(MediaType.OCI_MANIFEST)
        : Optional.empty();
  }

  private static Optional<MediaType> manifestType(String text) {
    return MediaTypes.tryParse(text).filter(MediaType::isManifest);
  }
}
