package dev.entrepot.edge.upstream;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import java.util.Optional;
import java.util.function.Function;

/** Reads what upstreams send, which may be anything. */
final class MediaTypes {
  private MediaTypes() {}

  static Optional<MediaType> tryParse(String text) {
    return attempt(MediaType::parse, text);
  }

  static Optional<Digest> digest(String text) {
    return attempt(Digest::parse, text.strip());
  }

  private static <T> Optional<T> attempt(Function<String, T> parse, String text) {
    try {
      return Optional.of(parse.apply(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
