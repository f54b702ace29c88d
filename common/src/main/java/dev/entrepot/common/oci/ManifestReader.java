package dev.entrepot.common.oci;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a manifest or index mentions (image specification, {@code manifest.md} and {@code
 * image-index.md}; Docker schema 2). Bytes that two readers could understand differently are
 * refused: repeated names, names that differ from a known one only in case, an index with layers, a
 * manifest with children, text that is not UTF-8.
 *
 * <p>A digest of an algorithm that this product does not serve is passed over: nothing here could
 * be asked for by it.
 */
public final class ManifestReader {
  /** Largest document that is read, in bytes; what registries and clients agree on. */
  public static final int MAX_BYTES = 4 * 1024 * 1024;

  /** Most children of an index. */
  public static final int MAX_CHILDREN = 10_000;

  /** Most layers of a manifest. */
  public static final int MAX_LAYERS = 1_000;

  private static final Set<String> TOP =
      Set.of(
          "schemaVersion", "mediaType", "config", "layers", "manifests", "subject", "artifactType");
  private static final Set<String> DESCRIPTOR = Set.of("mediaType", "digest", "size");

  private final MediaType declared;
  private final List<Descriptor> manifests = new ArrayList<>();
  private final List<Descriptor> blobs = new ArrayList<>();
  private @Nullable String mediaType;
  private @Nullable String artifactType;
  private @Nullable Digest subject;

  private ManifestReader(MediaType declared) {
    this.declared = declared;
  }

  /**
   * Reads a manifest or an index.
   *
   * @param declared the type that came with the bytes; decides whether this is an index
   * @throws UnreadableManifestException for anything but a well-formed, unambiguous document of
   *     that type within the limits; nothing else is thrown
   */
  public static ManifestDocument read(MediaType declared, byte[] bytes)
      throws UnreadableManifestException {
    if (!declared.isManifest()) {
      throw new UnreadableManifestException("not a manifest's media type: " + declared);
    }
    return ManifestJson.read(bytes, MAX_BYTES, new ManifestReader(declared)::document);
  }

  private ManifestDocument document(JsonParser json)
      throws IOException, UnreadableManifestException {
    ManifestJson.require(json.nextToken() == JsonToken.START_OBJECT, "not a JSON object");
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = ManifestJson.name(json, TOP);
      json.nextToken();
      field(json, name);
    }
    agree();
    return new ManifestDocument(
        declared,
        manifests,
        blobs,
        Optional.ofNullable(subject),
        Optional.ofNullable(artifactType));
  }

  private void field(JsonParser json, String name) throws IOException, UnreadableManifestException {
    switch (name) {
      case "schemaVersion" -> ManifestJson.require(json.getText().equals("2"), "not schema 2");
      case "mediaType" -> mediaType = ManifestJson.text(json);
      case "artifactType" -> artifactType = ManifestJson.text(json);
      case "subject" -> readSubject(json);
      case "config" -> readConfig(json);
      case "layers" -> readLayers(json);
      case "manifests" -> readChildren(json);
      default -> json.skipChildren();
    }
  }

  /**
   * An index has no layers and a manifest no children, so that nobody can read one as the other.
   */
  private void readConfig(JsonParser json) throws IOException, UnreadableManifestException {
    ManifestJson.require(!declared.isIndex(), "an index with a config");
    descriptor(json).ifPresent(blobs::add);
  }

  private void readLayers(JsonParser json) throws IOException, UnreadableManifestException {
    ManifestJson.require(!declared.isIndex(), "an index with layers");
    for (Descriptor layer : descriptors(json, MAX_LAYERS)) {
      blobs.add(layer);
    }
  }

  private void readChildren(JsonParser json) throws IOException, UnreadableManifestException {
    ManifestJson.require(declared.isIndex(), "a manifest with children");
    for (Descriptor child : descriptors(json, MAX_CHILDREN)) {
      (child.mediaType().isManifest() ? manifests : blobs).add(child);
    }
  }

  private void readSubject(JsonParser json) throws IOException, UnreadableManifestException {
    if (json.currentToken() != JsonToken.VALUE_NULL) {
      subject = descriptor(json).map(Descriptor::digest).orElse(null);
    }
  }

  private static List<Descriptor> descriptors(JsonParser json, int most)
      throws IOException, UnreadableManifestException {
    List<Descriptor> all = new ArrayList<>();
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return all; // Go writes an empty list this way
    }
    ManifestJson.require(json.currentToken() == JsonToken.START_ARRAY, "not a list");
    for (int seen = 0; json.nextToken() != JsonToken.END_ARRAY; seen++) {
      ManifestJson.require(seen < most, "more than " + most + " entries");
      descriptor(json).ifPresent(all::add);
    }
    return all;
  }

  /** A descriptor, or nothing when its digest is of an algorithm that is not served here. */
  private static Optional<Descriptor> descriptor(JsonParser json)
      throws IOException, UnreadableManifestException {
    ManifestJson.require(json.currentToken() == JsonToken.START_OBJECT, "not a descriptor");
    String type = "";
    String digest = "";
    long size = -1;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = ManifestJson.name(json, DESCRIPTOR);
      json.nextToken();
      switch (name) {
        case "mediaType" -> type = ManifestJson.text(json);
        case "digest" -> digest = ManifestJson.text(json);
        case "size" -> size = ManifestJson.size(json);
        default -> json.skipChildren();
      }
    }
    ManifestJson.require(size >= 0, "a descriptor without size");
    return describe(type, digest, size);
  }

  private static Optional<Descriptor> describe(String type, String digest, long size)
      throws UnreadableManifestException {
    ManifestJson.require(digest.indexOf(':') > 0, "a descriptor without digest");
    boolean served =
        List.of(Digest.Algorithm.values()).stream()
            .anyMatch(algorithm -> digest.startsWith(algorithm.label() + ":"));
    if (!served) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Descriptor(typeOf(type), Digest.parse(digest), size));
    } catch (IllegalArgumentException _) {
      throw new UnreadableManifestException("not a digest");
    }
  }

  /**
   * A layer's type is of no matter to a cache, so one that nobody can read is no reason to refuse.
   */
  private static MediaType typeOf(String text) {
    try {
      return MediaType.parse(text);
    } catch (IllegalArgumentException e) {
      return MediaType.OCTET_STREAM;
    }
  }

  private void agree() throws UnreadableManifestException {
    ManifestJson.require(
        mediaType == null || typeOf(mediaType).equals(declared),
        "sent as " + declared + " but says it is something else");
  }
}
