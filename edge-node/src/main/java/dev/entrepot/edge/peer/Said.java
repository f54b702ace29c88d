package dev.entrepot.edge.peer;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import dev.entrepot.edge.origin.Provenance;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * What edges say to each other of manifests. Whatever cannot be read, or hashes to something else
 * than its digest, was never said.
 *
 * <pre>
 *   MANIFEST  media type, line feed, the manifest's bytes
 *   TAG       digest, space, confirmed at (ms)
 *   NEGATIVE  anything
 * </pre>
 */
final class Said {
  /** A manifest is named by what it is, so what is said of it never changes. */
  static final Duration MANIFEST_LIFE = Duration.ofHours(1);

  private Said() {}

  /** What a tag meant when the upstream last said so. */
  record OfTag(Digest digest, Instant confirmedAt) {}

  /** Of one repository alone: what one shows opens nothing of another. */
  static String key(Repository repository, Reference reference) {
    return repository + (reference instanceof Digest ? "@" : ":") + reference;
  }

  static byte[] manifest(Fetched from) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes((from.mediaType().value() + "\n").getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(from.bytes());
    return bytes.toByteArray();
  }

  static Optional<Fetched> manifest(byte[] said, Digest digest, Duration age) {
    int end = 0;
    while (end < said.length && said[end] != '\n') {
      end++;
    }
    if (end == said.length) {
      return Optional.empty();
    }
    byte[] bytes = Arrays.copyOfRange(said, end + 1, said.length);
    if (!Digest.of(digest.algorithm(), bytes, 0, bytes.length).equals(digest)) {
      return Optional.empty();
    }
    try {
      MediaType type = MediaType.parse(new String(said, 0, end, StandardCharsets.US_ASCII));
      return Optional.of(new Fetched(type, digest, bytes, Provenance.peer(age)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  static byte[] tag(OfTag from) {
    return (from.digest() + " " + from.confirmedAt().toEpochMilli())
        .getBytes(StandardCharsets.US_ASCII);
  }

  static Optional<OfTag> tag(byte[] said) {
    String[] words = new String(said, StandardCharsets.US_ASCII).split(" ", -1);
    try {
      return words.length == 2
          ? Optional.of(
              new OfTag(Digest.parse(words[0]), Instant.ofEpochMilli(Long.parseLong(words[1]))))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
