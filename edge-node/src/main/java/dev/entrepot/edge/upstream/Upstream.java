package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.upstream.Exchange.Received;
import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One upstream, spoken to in the words of the distribution specification. The source is asked
 * first; a mirror only when the source is away, failing or throttling, and a mirror's "no" is no
 * answer.
 */
final class Upstream implements BlobOrigin, ManifestOrigin {
  private static final int MOST_MANIFEST_BYTES = 4 << 20;
  private static final int MOST_ERROR_BYTES = 16 << 10;
  private static final int MOST_REFERRER_PAGES = 50;
  private static final String ACCEPT_MANIFESTS =
      String.join(
          ", ",
          MediaType.OCI_INDEX.value(),
          MediaType.OCI_MANIFEST.value(),
          MediaType.DOCKER_LIST.value(),
          MediaType.DOCKER_MANIFEST.value());
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;.*rel=\"?next\"?.*");
  private static final Pattern LAST = Pattern.compile("[?&]last=([^&]*)");

  private final String name;
  private final List<Mirror> mirrors;
  private final Bodies bodies;

  Upstream(String name, List<Mirror> mirrors, Bodies bodies) {
    this.name = name;
    this.mirrors = List.copyOf(mirrors);
    this.bodies = bodies;
  }

  /** Whether the source is left alone for the moment. */
  boolean isAway() {
    return mirrors.getFirst().isOpen();
  }

  // ---- blobs

  @Override
  public Future<Long> size(Repository repository, Digest digest) {
    return overMirrors(mirror ->
        ask(mirror, blob(HttpMethod.HEAD, repository, digest, Map.of()), repository)
            .compose(received ->
                received.status() == 200 && length(received).isPresent()
                    ? sizeOf(received)
                    : sizeByGet(mirror, repository, digest, received)));
  }

  private static Future<Long> sizeOf(Received received) {
    received.discard();
    return Future.succeededFuture(length(received).getAsLong());
  }

  /**
   * Signed URLs are often good for GET alone, so a refused HEAD proves nothing but "no such blob".
   */
  private Future<Long> sizeByGet(
      Mirror mirror, Repository repository, Digest digest, Received head) {
    head.discard();
    if (head.status() == 404) {
      return Future.failedFuture(new Failure.UnknownBlob(repository, digest).asException());
    }
    Map<String, String> oneByte = Map.of("Range", "bytes=0-0");
    return ask(mirror, blob(HttpMethod.GET, repository, digest, oneByte), repository)
        .compose(received -> {
          OptionalLong total =
              switch (received.status()) {
                case 206 -> range(received).map(Range::total).orElse(OptionalLong.empty());
                case 200 -> length(received);
                default -> OptionalLong.empty();
              };
          received.discard();
          return total.isPresent()
              ? Future.succeededFuture(total.getAsLong())
              : Future.failedFuture(refusal(received, repository, blobUnknown(repository, digest)));
        });
  }

  @Override
  public Future<Answer> fetch(Repository repository, Digest digest, Span span) {
    return overMirrors(mirror ->
        ask(mirror, blob(HttpMethod.GET, repository, digest, rangeHeader(span)), repository)
            .compose(received ->
                switch (received.status()) {
                  case 200 -> answer(received, 0, length(received));
                  case 206 -> partial(received, span);
                  default -> {
                    received.discard();
                    yield Future.failedFuture(
                        refusal(received, repository, blobUnknown(repository, digest)));
                  }
                }));
  }

  private static Map<String, String> rangeHeader(Span span) {
    if (span.first() == 0 && span.end().isEmpty()) {
      return Map.of();
    }
    String last = span.end().isPresent() ? Long.toString(span.end().getAsLong() - 1) : "";
    return Map.of("Range", "bytes=" + span.first() + "-" + last);
  }

  private Future<Answer> partial(Received received, Span span) {
    Optional<Range> range = range(received);
    boolean asAsked =
        range
            .filter(is -> is.first() == span.first())
            .filter(is -> span.end().isEmpty() || is.end() <= span.end().getAsLong())
            .isPresent();
    if (!asAsked || rangeHeader(span).isEmpty()) {
      received.discard();
      return Future.failedFuture(lied("sent another part of a blob than was asked for"));
    }
    return answer(received, span.first(), range.get().total());
  }

  private Future<Answer> answer(Received received, long first, OptionalLong total) {
    if (isEncoded(received)) {
      received.discard();
      return Future.failedFuture(lied("sent a blob in an encoding that was not asked for"));
    }
    return Future.succeededFuture(new Answer(first, total, bodies.of(received)));
  }

  // ---- manifests

  @Override
  public Future<Fetched> manifest(Repository repository, Reference reference) {
    return overMirrors(mirror -> manifest(mirror, repository, reference));
  }

  private Future<Fetched> manifest(Mirror mirror, Repository repository, Reference reference) {
    return ask(mirror, manifest(HttpMethod.GET, repository, reference, false), repository)
        .compose(received ->
            received.status() == 200
                ? read(received, reference)
                : refuseManifest(received, repository, reference));
  }

  private Future<Fetched> read(Received received, Reference reference) {
    Optional<MediaType> type = manifestType(received);
    if (type.isEmpty() || isEncoded(received)) {
      received.discard();
      String what = received.header("content-type").orElse("nothing");
      return Future.failedFuture(lied("sent " + what + " where a manifest was asked for"));
    }
    return bodies
        .whole(received, MOST_MANIFEST_BYTES)
        .compose(bytes -> prove(received, type.get(), bytes.getBytes(), reference));
  }

  private Future<Fetched> prove(
      Received received, MediaType type, byte[] bytes, Reference reference) {
    Optional<Digest> claimed =
        reference instanceof Digest digest ? Optional.of(digest) : digestHeader(received);
    Digest actual =
        claimed
            .map(is -> Digest.of(is.algorithm(), bytes, 0, bytes.length))
            .orElseGet(() -> Digest.sha256(bytes));
    return claimed.isEmpty() || claimed.get().equals(actual)
        ? Future.succeededFuture(new Fetched(type, actual, bytes))
        : Future.failedFuture(lied("sent a manifest that does not hash to " + claimed.get()));
  }

  @Override
  public Future<Current> current(
      Repository repository, Reference reference, Optional<Digest> known) {
    return overMirrors(mirror ->
        ask(mirror, manifest(HttpMethod.HEAD, repository, reference, false), repository)
            .compose(received -> {
              received.discard();
              Optional<Digest> digest = digestHeader(received);
              if (received.status() == 200 && digest.isPresent()) {
                return Future.succeededFuture(compare(known, digest.get()));
              }
              return received.status() == 404
                  ? Future.failedFuture(unknown(repository, reference).asException())
                  : byGet(mirror, repository, reference, known);
            }));
  }

  private Future<Current> byGet(
      Mirror mirror, Repository repository, Reference reference, Optional<Digest> known) {
    return manifest(mirror, repository, reference)
        .map(fetched ->
            known.filter(fetched.digest()::equals).isPresent()
                ? new Current.Unchanged()
                : new Current.Changed(fetched.digest(), Optional.of(fetched)));
  }

  private static Current compare(Optional<Digest> known, Digest now) {
    return known.filter(now::equals).isPresent()
        ? new Current.Unchanged()
        : new Current.Changed(now, Optional.empty());
  }

  @Override
  public Future<Boolean> readableByAnyone(Repository repository, Probe probe) {
    Mirror.Question question =
        switch (probe) {
          case Probe.OfManifest(Reference reference) ->
              manifest(HttpMethod.HEAD, repository, reference, true);
          case Probe.OfBlob(Digest digest) ->
              new Mirror.Question(
                  Kind.BLOB,
                  HttpMethod.GET,
                  repository.path() + "/blobs/" + digest,
                  Map.of("Range", "bytes=0-0"),
                  scope(repository),
                  true);
          case Probe.OfTags _ ->
              new Mirror.Question(
                  Kind.TAGS,
                  HttpMethod.GET,
                  repository.path() + "/tags/list?n=1",
                  Map.of(),
                  scope(repository),
                  true);
        };
    return mirrors
        .getFirst()
        .ask(question)
        .map(received -> {
          received.discard();
          return received.status() == 200 || received.status() == 206;
        })
        .recover(cause ->
            cause instanceof Tokens.TokenRefused
                ? Future.succeededFuture(false)
                : Future.failedFuture(cause));
  }

  // ---- lists

  @Override
  public Future<TagPage> tags(
      Repository repository, Optional<Integer> limit, Optional<String> last) {
    List<String> query = new ArrayList<>();
    limit.ifPresent(n -> query.add("n=" + n));
    last.ifPresent(tag -> query.add("last=" + URLEncoder.encode(tag, StandardCharsets.UTF_8)));
    String path =
        repository.path() + "/tags/list" + (query.isEmpty() ? "" : "?" + String.join("&", query));
    Mirror.Question question =
        new Mirror.Question(Kind.TAGS, HttpMethod.GET, path, Map.of(), scope(repository), false);
    return overMirrors(mirror ->
        ask(mirror, question, repository)
            .compose(received ->
                received.status() == 200
                    ? bodies
                        .whole(received, MOST_MANIFEST_BYTES)
                        .compose(body -> tagPage(received, body))
                    : refuse(received, repository, new Failure.UnknownRepository(repository))));
  }

  private Future<TagPage> tagPage(Received received, Buffer body) {
    try {
      JsonArray names = body.toJsonObject().getJsonArray("tags");
      List<String> tags =
          names == null ? List.of() : names.stream().map(String.class::cast).toList();
      return Future.succeededFuture(new TagPage(tags, next(received).flatMap(Upstream::last)));
    } catch (DecodeException | ClassCastException | NullPointerException _) {
      return Future.failedFuture(lied("sent a list of tags that cannot be read"));
    }
  }

  private static Optional<String> last(String link) {
    Matcher last = LAST.matcher(link);
    return last.find()
        ? Optional.of(URLDecoder.decode(last.group(1), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  @Override
  public Future<Fetched> referrers(Repository repository, Digest digest) {
    String path = repository.path() + "/referrers/" + digest;
    return overMirrors(mirror ->
        referrers(mirror, repository, path, new JsonArray(), 0)
            .map(all -> {
              byte[] bytes =
                  new JsonObject()
                      .put("schemaVersion", 2)
                      .put("mediaType", MediaType.OCI_INDEX.value())
                      .put("manifests", all)
                      .toBuffer()
                      .getBytes();
              return new Fetched(MediaType.OCI_INDEX, Digest.sha256(bytes), bytes);
            }));
  }

  private Future<JsonArray> referrers(
      Mirror mirror, Repository repository, String path, JsonArray gathered, int pages) {
    Mirror.Question question =
        new Mirror.Question(
            Kind.REFERRERS,
            HttpMethod.GET,
            path,
            Map.of("Accept", MediaType.OCI_INDEX.value()),
            scope(repository),
            false);
    return ask(mirror, question, repository)
        .compose(received -> {
          boolean index =
              received.status() == 200
                  && manifestType(received).filter(MediaType::isIndex).isPresent();
          if (!index) {
            received.discard();
            return Future.failedFuture(
                received.status() == 401 || received.status() == 403
                    ? denied(received, repository)
                    : new Failure.UnsupportedByOrigin(repository, "referrers").asException());
          }
          return bodies
              .whole(received, MOST_MANIFEST_BYTES)
              .compose(body -> gather(mirror, repository, received, body, gathered, pages));
        });
  }

  private Future<JsonArray> gather(
      Mirror mirror,
      Repository repository,
      Received received,
      Buffer body,
      JsonArray gathered,
      int pages) {
    try {
      JsonArray page = body.toJsonObject().getJsonArray("manifests", new JsonArray());
      page.forEach(gathered::add);
    } catch (DecodeException | ClassCastException _) {
      return Future.failedFuture(lied("sent an index of referrers that cannot be read"));
    }
    Optional<String> next = next(received).flatMap(Upstream::underV2);
    return next.isPresent() && pages < MOST_REFERRER_PAGES
        ? referrers(mirror, repository, next.get(), gathered, pages + 1)
        : Future.succeededFuture(gathered);
  }

  private static Optional<String> underV2(String link) {
    int at = link.indexOf("/v2/");
    return at < 0 ? Optional.empty() : Optional.of(link.substring(at + "/v2/".length()));
  }

  private static Optional<String> next(Received received) {
    return received
        .header("link")
        .map(NEXT::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1));
  }

  // ---- asking

  /** The source's failure counts when nobody answers: it is the one that should have. */
  private <T> Future<T> overMirrors(Function<Mirror, Future<T>> ask) {
    Future<T> answer = ask.apply(mirrors.getFirst());
    for (Mirror mirror : mirrors.subList(1, mirrors.size())) {
      answer =
          answer.recover(cause ->
              mayBeElsewhere(cause)
                  ? ask.apply(mirror).recover(_ -> Future.failedFuture(cause))
                  : Future.failedFuture(cause));
    }
    return answer;
  }

  private static boolean mayBeElsewhere(Throwable cause) {
    return switch (PullException.failureOf(cause)) {
      case Failure.OriginUnreachable _,
          Failure.OriginTimeout _,
          Failure.OriginBusy _,
          Failure.OriginLied _ ->
          true;
      default -> false;
    };
  }

  private static Future<Received> ask(
      Mirror mirror, Mirror.Question question, Repository repository) {
    return mirror
        .ask(question)
        .recover(cause ->
            cause instanceof Tokens.TokenRefused refused
                ? Future.failedFuture(
                    new Failure.OriginDenied(repository, refused.why()).asException())
                : Future.failedFuture(cause));
  }

  private static Mirror.Question blob(
      HttpMethod method, Repository repository, Digest digest, Map<String, String> headers) {
    return new Mirror.Question(
        Kind.BLOB,
        method,
        repository.path() + "/blobs/" + digest,
        headers,
        scope(repository),
        false);
  }

  private static Mirror.Question manifest(
      HttpMethod method, Repository repository, Reference reference, boolean anonymous) {
    return new Mirror.Question(
        Kind.MANIFEST,
        method,
        repository.path() + "/manifests/" + reference,
        Map.of("Accept", ACCEPT_MANIFESTS),
        scope(repository),
        anonymous);
  }

  private static String scope(Repository repository) {
    return "repository:" + repository.path() + ":pull";
  }

  // ---- what answers say

  private record Range(long first, long end, OptionalLong total) {}

  private static Optional<Range> range(Received received) {
    return received
        .header("content-range")
        .map(CONTENT_RANGE::matcher)
        .filter(Matcher::matches)
        .map(is ->
            new Range(
                Long.parseLong(is.group(1)),
                Long.parseLong(is.group(2)) + 1,
                is.group(3).equals("*")
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(is.group(3)))));
  }

  private static OptionalLong length(Received received) {
    return received
        .header("content-length")
        .filter(value -> value.matches("\\d{1,18}"))
        .map(value -> OptionalLong.of(Long.parseLong(value)))
        .orElse(OptionalLong.empty());
  }

  private static boolean isEncoded(Received received) {
    return received
        .header("content-encoding")
        .filter(value -> !value.equalsIgnoreCase("identity"))
        .isPresent();
  }

  private static Optional<MediaType> manifestType(Received received) {
    try {
      return received.header("content-type").map(MediaType::parse).filter(MediaType::isManifest);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<Digest> digestHeader(Received received) {
    try {
      return received.header("docker-content-digest").map(Digest::parse);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private <T> Future<T> refuseManifest(
      Received received, Repository repository, Reference reference) {
    return refuse(received, repository, unknown(repository, reference));
  }

  /** Reads why, as far as it changes the answer. */
  private <T> Future<T> refuse(Received received, Repository repository, Failure missing) {
    if (received.status() != 404) {
      received.discard();
      return Future.failedFuture(refusal(received, repository, missing));
    }
    return bodies
        .whole(received, MOST_ERROR_BYTES)
        .otherwise(Buffer.buffer())
        .compose(body ->
            Future.failedFuture(
                body.toString().contains("\"NAME_UNKNOWN\"")
                    ? new Failure.UnknownRepository(repository).asException()
                    : missing.asException()));
  }

  private PullException refusal(Received received, Repository repository, Failure missing) {
    return switch (received.status()) {
      case 404 -> missing.asException();
      case 401, 403 -> denied(received, repository);
      case 416 -> lied("says that a blob is shorter than it should be");
      default -> lied("answered " + received.status() + ", which means nothing here");
    };
  }

  private static PullException denied(Received received, Repository repository) {
    return new Failure.OriginDenied(repository, "the upstream answered " + received.status())
        .asException();
  }

  private static Failure unknown(Repository repository, Reference reference) {
    return new Failure.UnknownManifest(repository, reference);
  }

  private static Failure blobUnknown(Repository repository, Digest digest) {
    return new Failure.UnknownBlob(repository, digest);
  }

  private PullException lied(String detail) {
    return new Failure.OriginLied(name, detail).asException();
  }
}
