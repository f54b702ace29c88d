package dev.entrepot.edge.upstream;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code Link} headers (RFC 8288) as registries write them. */
final class Links {
  private Links() {}

  /** The reference of the next page. */
  static Optional<String> next(List<String> headers) {
    return headers.stream()
        .flatMap(header -> Stream.of(header.split(",(?=\\s*<)")))
        .map(String::strip)
        .filter(Links::isNext)
        .map(link -> link.substring(1, link.indexOf('>')))
        .findFirst();
  }

  private static boolean isNext(String link) {
    int close = link.indexOf('>');
    String parameters =
        close < 0 ? "" : link.substring(close).toLowerCase(Locale.ROOT).replace("\"", "");
    return link.startsWith("<") && parameters.contains("rel=next");
  }

  /** A query parameter of a reference, decoded. */
  static Optional<String> parameter(String reference, String name) {
    int query = reference.indexOf('?');
    return query < 0
        ? Optional.empty()
        : Stream.of(reference.substring(query + 1).split("&"))
            .filter(pair -> pair.startsWith(name + "="))
            .findFirst()
            .flatMap(pair -> decode(pair.substring(name.length() + 1)));
  }

  private static Optional<String> decode(String text) {
    try {
      return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
