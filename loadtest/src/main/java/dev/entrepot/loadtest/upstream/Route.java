package dev.entrepot.loadtest.upstream;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * What a request target names.
 *
 * @param kind what it is about
 * @param repository the repository's path, empty where there is none
 * @param reference the digest or tag as asked, empty where there is none
 */
public record Route(Kind kind, String repository, String reference) {
  private static final String BUCKET = "/bucket/";

  static Route parse(Side side, String target) {
    String path = decoded(target.split("\\?", 2)[0]);
    return side == Side.STORAGE ? storage(path) : registry(path);
  }

  private static Route storage(String path) {
    return path.startsWith(BUCKET)
        ? new Route(Kind.STORAGE, "", path.substring(BUCKET.length()).replace('/', ':'))
        : plain(Kind.OTHER);
  }

  private static Route registry(String path) {
    return switch (path) {
      case "/v2", "/v2/" -> plain(Kind.PING);
      case "/token" -> plain(Kind.TOKEN);
      default -> path.startsWith("/v2/") ? ofRepository(path.substring(4)) : plain(Kind.OTHER);
    };
  }

  /** The last marker decides: a repository may itself have a component called {@code blobs}. */
  private static Route ofRepository(String path) {
    if (path.endsWith("/tags/list")) {
      return new Route(Kind.TAGS, path.substring(0, path.length() - "/tags/list".length()), "");
    }
    int name = path.lastIndexOf('/');
    int marker = name < 0 ? -1 : path.lastIndexOf('/', name - 1);
    if (marker < 0) {
      return plain(Kind.OTHER);
    }
    Kind kind = kindOf(path.substring(marker + 1, name));
    return new Route(kind, path.substring(0, marker), path.substring(name + 1));
  }

  private static Kind kindOf(String marker) {
    return switch (marker) {
      case "manifests" -> Kind.MANIFEST;
      case "blobs" -> Kind.BLOB;
      case "referrers" -> Kind.REFERRERS;
      default -> Kind.OTHER;
    };
  }

  private static Route plain(Kind kind) {
    return new Route(kind, "", "");
  }

  private static String decoded(String path) {
    try {
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return path;
    }
  }
}
