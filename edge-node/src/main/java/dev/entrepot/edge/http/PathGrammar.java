package dev.entrepot.edge.http;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import java.util.Optional;

/**
 * Reads a request target, undecoded as it came in. Names never need an escape, so that none is
 * allowed in the path: what a proxy in front might read differently is refused. Runs in time linear
 * in the target.
 */
public final class PathGrammar {
  private static final String ROOT = "/v2/";
  private static final String TAGS = "/tags/list";
  private static final int MAX_SHOWN = 100;
  private static final int MAX_DIGITS = 9;

  private final UpstreamNames upstreams;
  private final DoorLimits limits;

  public PathGrammar(UpstreamNames upstreams, DoorLimits limits) {
    this.upstreams = upstreams;
    this.limits = limits;
  }

  /**
   * What a client asks for with that target, such as {@code /v2/alpine/manifests/3?ns=docker.io}.
   */
  public Parsed parse(String target) {
    try {
      return read(target);
    } catch (PullException refused) {
      return new Parsed.Wrong(refused.failure());
    }
  }

  private Parsed read(String target) {
    if (target.length() > limits.target()) {
      throw unreadable(OciErrorCode.NAME_INVALID, "the request target is too long");
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    if (path.equals("/v2") || path.equals(ROOT)) {
      return new Parsed.Asked(new PullRequest.Ping(), Optional.empty());
    }
    if (!path.startsWith(ROOT)) {
      return new Parsed.NoEndpoint("this is a registry: everything is under /v2/");
    }
    RawQuery query = query(question < 0 ? "" : target.substring(question + 1));
    return endpoint(path.substring(ROOT.length()), query);
  }

  private Parsed endpoint(String path, RawQuery query) {
    if (path.equals("_catalog")) {
      return new Parsed.NoEndpoint("a pull-through cache has no catalogue of its upstreams");
    }
    if (path.contains("/blobs/uploads/")) {
      throw new Failure.Unsupported("this is a pull-through cache: it takes no uploads")
          .asException();
    }
    if (path.endsWith(TAGS)) {
      return tags(path.substring(0, path.length() - TAGS.length()), query);
    }
    int last = path.lastIndexOf('/');
    int before = last < 0 ? -1 : path.lastIndexOf('/', last - 1);
    if (before < 0) {
      return new Parsed.NoEndpoint("no such endpoint in the registry API");
    }
    return object(
        path.substring(0, before),
        path.substring(before + 1, last),
        path.substring(last + 1),
        query);
  }

  private Parsed object(String name, String kind, String reference, RawQuery query) {
    return switch (kind) {
      case "manifests" -> {
        Repository repository = repository(name, query);
        yield asked(new PullRequest.Manifest(repository, reference(reference)), query);
      }
      case "blobs" -> {
        Repository repository = repository(name, query);
        yield asked(new PullRequest.Blob(repository, digest(reference)), query);
      }
      case "referrers" -> {
        Repository repository = repository(name, query);
        yield asked(
            new PullRequest.Referrers(repository, digest(reference), artifactType(query)), query);
      }
      default -> new Parsed.NoEndpoint("no such endpoint in the registry API");
    };
  }

  private Parsed tags(String name, RawQuery query) {
    Repository repository = repository(name, query);
    return asked(new PullRequest.TagList(repository, limit(query), last(query)), query);
  }

  private static Parsed asked(PullRequest request, RawQuery query) {
    return new Parsed.Asked(request, query.get("ns"));
  }

  private Repository repository(String name, RawQuery query) {
    Optional<String> namespace = query.get("ns");
    if (namespace.isPresent()) {
      return at(known(namespace.get()), name);
    }
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    return looksLikeHost(first)
        ? at(known(first), name.substring(slash + 1))
        : at(upstreams.defaultName(), name);
  }

  /** The rule of Docker's references: otherwise the first part is one of the path. */
  private static boolean looksLikeHost(String part) {
    return part.indexOf('.') > 0 || part.indexOf(':') > 0 || part.equals("localhost");
  }

  private String known(String name) {
    return upstreams
        .canonical(name)
        .orElseThrow(() -> new Failure.UnknownUpstream(shorten(name)).asException());
  }

  private Repository at(String upstream, String name) {
    if (!Repository.isPath(name)) {
      throw unreadable(OciErrorCode.NAME_INVALID, "not a repository name: " + shorten(name));
    }
    boolean library = name.indexOf('/') < 0 && upstreams.needsLibrary(upstream);
    String path = library ? "library/" + name : name;
    if (!Repository.isPath(path)) {
      throw unreadable(OciErrorCode.NAME_INVALID, "the repository name is too long");
    }
    return new Repository(upstream, path);
  }

  /** A name that cannot be a tag names no manifest: the conformance suite wants 404 for it. */
  private static Reference reference(String text) {
    if (text.indexOf(':') >= 0) {
      return digest(text);
    }
    try {
      return new Tag(text);
    } catch (IllegalArgumentException _) {
      throw unreadable(OciErrorCode.MANIFEST_UNKNOWN, "not a tag: " + shorten(text));
    }
  }

  private static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException _) {
      throw unreadable(
          OciErrorCode.DIGEST_INVALID, "not a sha256 or sha512 digest: " + shorten(text));
    }
  }

  private Optional<Integer> limit(RawQuery query) {
    return query.get("n").map(this::number);
  }

  private int number(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw unreadable(OciErrorCode.PAGINATION_NUMBER_INVALID, "n is not a number");
    }
    return text.length() > MAX_DIGITS
        ? limits.tags()
        : Math.min(limits.tags(), Integer.parseInt(text));
  }

  private static Optional<String> last(RawQuery query) {
    try {
      return query.get("last").map(text -> new Tag(text).value());
    } catch (IllegalArgumentException _) {
      throw unreadable(OciErrorCode.TAG_INVALID, "last is not a tag");
    }
  }

  private static Optional<String> artifactType(RawQuery query) {
    try {
      return query.get("artifactType").map(text -> new MediaType(text).value());
    } catch (IllegalArgumentException _) {
      throw unreadable(OciErrorCode.MANIFEST_INVALID, "artifactType is not a media type");
    }
  }

  private static RawQuery query(String raw) {
    try {
      return RawQuery.parse(raw);
    } catch (IllegalArgumentException e) {
      throw unreadable(OciErrorCode.NAME_INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static PullException unreadable(OciErrorCode code, String detail) {
    return new Failure.Unreadable(code, detail).asException();
  }

  /** For showing to whom sent it: short and printable. */
  private static String shorten(String text) {
    StringBuilder shown = new StringBuilder();
    text.chars().limit(MAX_SHOWN).forEach(c -> shown.append(c >= ' ' && c <= '~' ? (char) c : '?'));
    return text.length() > MAX_SHOWN ? shown.append("...").toString() : shown.toString();
  }
}
