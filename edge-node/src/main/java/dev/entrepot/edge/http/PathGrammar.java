package dev.entrepot.edge.http;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a request target, once, from its raw form (distribution specification, "Endpoints").
 *
 * <pre>
 *   /v2/                                        ping
 *   /v2/&lt;name&gt;/manifests/&lt;tag or digest&gt;
 *   /v2/&lt;name&gt;/blobs/&lt;digest&gt;
 *   /v2/&lt;name&gt;/tags/list?n=&amp;last=
 *   /v2/&lt;name&gt;/referrers/&lt;digest&gt;?artifactType=
 * </pre>
 *
 * A name begins with an upstream's name or belongs to the default one; with {@code ns} it is
 * literal. In the path nothing is ever decoded: a percent sign, an empty or a dotted part is
 * refused.
 */
final class PathGrammar {
  private static final String ROOT = "/v2/";
  private static final int LONGEST_QUERY_VALUE = 1024;

  private final UpstreamNames upstreams;

  PathGrammar(UpstreamNames upstreams) {
    this.upstreams = upstreams;
  }

  /**
   * What was asked.
   *
   * @param namespace the value of {@code ns}, if one was sent
   * @param path the raw path, for links to further pages
   */
  record Parsed(PullRequest request, Optional<String> namespace, String path) {}

  /**
   * Reads a target in origin form or absolute form.
   *
   * @throws dev.entrepot.common.failure.PullException with {@code Unreadable}, {@code
   *     UnknownUpstream} or {@code Unsupported}
   */
  Parsed parse(String target) {
    String origin = originForm(target);
    int question = origin.indexOf('?');
    String path = question < 0 ? origin : origin.substring(0, question);
    Map<String, String> query = query(question < 0 ? "" : origin.substring(question + 1));
    if (path.equals(ROOT) || path.equals("/v2")) {
      return new Parsed(new PullRequest.Ping(), Optional.empty(), path);
    }
    if (!path.startsWith(ROOT)) {
      throw unreadable(OciErrorCode.NAME_UNKNOWN, "not a registry's path: it begins with /v2/");
    }
    check(path);
    Optional<String> namespace = Optional.ofNullable(query.get("ns"));
    return new Parsed(request(path.substring(ROOT.length()), namespace, query), namespace, path);
  }

  private PullRequest request(String rest, Optional<String> namespace, Map<String, String> query) {
    if (rest.equals("_catalog")) {
      throw new Failure.Unsupported("the catalog of repositories is not offered here")
          .asException();
    }
    int last = rest.lastIndexOf('/');
    int middle = last < 0 ? -1 : rest.lastIndexOf('/', last - 1);
    if (middle < 0) {
      throw unreadable(OciErrorCode.NAME_UNKNOWN, "no such path in a registry");
    }
    String name = rest.substring(0, middle);
    String kind = rest.substring(middle + 1, last);
    String end = rest.substring(last + 1);
    return switch (kind) {
      case "manifests" -> new PullRequest.Manifest(repository(name, namespace), reference(end));
      case "blobs" -> new PullRequest.Blob(repository(name, namespace), digest(end));
      case "referrers" ->
          new PullRequest.Referrers(
              repository(name, namespace), digest(end), filled(query, "artifactType"));
      case "tags" -> tags(name, end, namespace, query);
      case "uploads" -> throw new Failure.Unsupported(PUSH).asException();
      default -> throw unreadable(OciErrorCode.NAME_UNKNOWN, "no such path in a registry");
    };
  }

  /** Why a push is refused. */
  static final String PUSH = "this is a pull-through cache: push to the upstream registry itself";

  private PullRequest tags(
      String name, String end, Optional<String> namespace, Map<String, String> query) {
    if (!end.equals("list")) {
      throw unreadable(OciErrorCode.NAME_UNKNOWN, "no such path in a registry");
    }
    return new PullRequest.TagList(
        repository(name, namespace), limit(query), filled(query, "last"));
  }

  private static Optional<Integer> limit(Map<String, String> query) {
    return filled(query, "n")
        .map(text -> {
          if (!text.matches("\\d{1,9}")) {
            throw unreadable(OciErrorCode.PAGINATION_NUMBER_INVALID, "n is not a number of tags");
          }
          return Integer.parseInt(text);
        });
  }

  private static Optional<String> filled(Map<String, String> query, String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }

  // ---- names

  private Repository repository(String name, Optional<String> namespace) {
    if (namespace.isPresent()) {
      return of(known(namespace.get()), name);
    }
    int slash = name.indexOf('/');
    String first = slash < 0 ? name : name.substring(0, slash);
    Optional<String> upstream = slash < 0 ? Optional.empty() : upstreams.canonical(first);
    if (upstream.isPresent()) {
      return of(upstream.get(), name.substring(slash + 1));
    }
    if (slash > 0 && looksLikeHost(first)) {
      throw new Failure.UnknownUpstream(first).asException();
    }
    return of(upstreams.defaultName(), name);
  }

  private String known(String namespace) {
    return upstreams
        .canonical(namespace)
        .orElseThrow(() -> new Failure.UnknownUpstream(namespace).asException());
  }

  private Repository of(String upstream, String name) {
    boolean alone = name.indexOf('/') < 0 && upstreams.hasLibrary(upstream);
    String path = alone ? "library/" + name : name;
    if (!Repository.isPath(path)) {
      throw unreadable(
          OciErrorCode.NAME_INVALID, "not a repository's name (lower case, at most 255)");
    }
    return new Repository(upstream, path);
  }

  /** As clients tell a registry's name from a path (distribution reference grammar). */
  private static boolean looksLikeHost(String part) {
    return part.indexOf('.') >= 0 || part.indexOf(':') >= 0 || part.equals("localhost");
  }

  private static Reference reference(String text) {
    if (text.indexOf(':') >= 0) {
      return digest(text);
    }
    try {
      return new Tag(text);
    } catch (IllegalArgumentException _) {
      throw unreadable(OciErrorCode.TAG_INVALID, "not a tag");
    }
  }

  private static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException _) {
      throw unreadable(
          OciErrorCode.DIGEST_INVALID, "not a digest (sha256 or sha512, in lower-case hex)");
    }
  }

  // ---- the raw target

  private static String originForm(String target) {
    if (target.startsWith("/")) {
      return target;
    }
    int scheme = target.indexOf("://");
    int path = scheme < 0 ? -1 : target.indexOf('/', scheme + 3);
    if (path < 0) {
      throw unreadable(OciErrorCode.NAME_INVALID, "not a request target");
    }
    return target.substring(path);
  }

  private static void check(String path) {
    if (path.indexOf('%') >= 0) {
      throw unreadable(OciErrorCode.NAME_INVALID, "a registry's path has no encoded characters");
    }
    if (path.contains("//") || path.contains("/./") || path.contains("/../")) {
      throw unreadable(OciErrorCode.NAME_INVALID, "a registry's path has no empty or dotted parts");
    }
    if (path.chars().anyMatch(c -> c <= ' ' || c > 126)) {
      throw unreadable(OciErrorCode.NAME_INVALID, "a registry's path is printable ASCII");
    }
  }

  /** The parameters that matter; of a repeated one the first. */
  private static Map<String, String> query(String text) {
    Map<String, String> query = new HashMap<>();
    for (String pair : text.split("&", 32)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.length() - equals <= LONGEST_QUERY_VALUE) {
        query.putIfAbsent(pair.substring(0, equals), decode(pair.substring(equals + 1)));
      }
    }
    return query;
  }

  private static String decode(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw unreadable(OciErrorCode.NAME_INVALID, "the query is not percent-encoded correctly");
    }
  }

  private static RuntimeException unreadable(OciErrorCode code, String detail) {
    return new Failure.Unreadable(code, detail).asException();
  }
}
