package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure.UnknownRepository;
import dev.entrepot.common.failure.Failure.UnsupportedByOrigin;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import dev.entrepot.edge.origin.ManifestOrigin.TagPage;
import dev.entrepot.edge.upstream.Source.Subject;
import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists of one upstream: tags, a page at a time, and referrers, all pages joined. */
final class Lists {
  private final Asks asks;
  private final Bodies bodies;
  private final UpstreamBounds bounds;
  private final Failures failures;

  Lists(Asks asks, Bodies bodies, UpstreamBounds bounds, Failures failures) {
    this.asks = asks;
    this.bodies = bodies;
    this.bounds = bounds;
    this.failures = failures;
  }

  /** A page of referrers as it came. */
  private record Page(byte[] bytes, Optional<Target> next) {}

  Future<TagPage> tags(
      Source source,
      Repository repository,
      Optional<Integer> limit,
      Optional<String> last,
      Optional<Credentials> account,
      Deadline deadline) {
    Subject subject = new Subject(repository, new UnknownRepository(repository));
    Ask ask = asks.of(Kind.TAGS, HttpMethod.GET, "application/json", deadline);
    Target target = source.at("/v2/" + repository.path() + "/tags/list" + query(limit, last));
    return source
        .ask(ask, target, subject, account)
        .compose(reply ->
            reply.status() == 200
                ? bodies
                    .small(ask, reply, bounds.manifest())
                    .map(bytes -> page(bytes, Links.next(reply.headers("Link"))))
                : source.senseless(ask, reply, subject));
  }

  private static String query(Optional<Integer> limit, Optional<String> last) {
    List<String> parameters = new ArrayList<>();
    limit.ifPresent(n -> parameters.add("n=" + n));
    last.ifPresent(tag -> parameters.add("last=" + URLEncoder.encode(tag, StandardCharsets.UTF_8)));
    return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
  }

  private TagPage page(byte[] bytes, Optional<String> link) {
    JsonArray array = array(bytes, "tags").orElseThrow(() -> failures.lied("sent no list of tags"));
    List<String> tags = new ArrayList<>();
    for (Object tag : array) {
      if (tag instanceof String text) {
        tags.add(text);
      }
    }
    // Some page by a mark of their own; the specification's rule works there as well.
    Optional<String> lastTag = tags.isEmpty() ? Optional.empty() : Optional.of(tags.getLast());
    return new TagPage(tags, link.flatMap(next -> Links.parameter(next, "last").or(() -> lastTag)));
  }

  Future<Fetched> referrers(
      Source source,
      Repository repository,
      Digest digest,
      Optional<Credentials> account,
      Deadline deadline) {
    Subject subject =
        new Subject(repository, new UnsupportedByOrigin(repository, "the referrers API"));
    Target first = source.at("/v2/" + repository.path() + "/referrers/" + digest);
    return pages(source, subject, first, account, deadline, new ArrayList<>()).map(this::joined);
  }

  private Future<List<byte[]>> pages(
      Source source,
      Subject subject,
      Target target,
      Optional<Credentials> account,
      Deadline deadline,
      List<byte[]> before) {
    return referrersPage(source, subject, target, account, deadline)
        .compose(page -> {
          before.add(page.bytes());
          if (page.next().isEmpty()) {
            return Future.succeededFuture(before);
          }
          return isTooMuch(before) || !page.next().get().sameOrigin(target)
              ? Future.failedFuture(failures.lied("sends referrers without end"))
              : pages(source, subject, page.next().get(), account, deadline, before);
        });
  }

  private boolean isTooMuch(List<byte[]> pages) {
    return pages.size() >= bounds.pages()
        || pages.stream().mapToLong(bytes -> bytes.length).sum() >= bounds.manifest();
  }

  private Future<Page> referrersPage(
      Source source,
      Subject subject,
      Target target,
      Optional<Credentials> account,
      Deadline deadline) {
    Ask ask = asks.of(Kind.REFERRERS, HttpMethod.GET, MediaType.OCI_INDEX.value(), deadline);
    return source
        .ask(ask, target, subject, account)
        .compose(reply -> {
          if (reply.status() != 200 || !isIndex(reply)) {
            bodies.discard(ask, reply);
            return Future.failedFuture(subject.missing().asException());
          }
          Optional<Target> next = Links.next(reply.headers("Link")).flatMap(reply.from()::resolve);
          return bodies.small(ask, reply, bounds.manifest()).map(bytes -> new Page(bytes, next));
        });
  }

  private static boolean isIndex(Reply reply) {
    return reply
        .header("Content-Type")
        .flatMap(MediaTypes::tryParse)
        .filter(MediaType.OCI_INDEX::equals)
        .isPresent();
  }

  private Fetched joined(List<byte[]> pages) {
    JsonArray all = new JsonArray();
    for (byte[] page : pages) {
      all.addAll(
          array(page, "manifests").orElseThrow(() -> failures.lied("sent no list of referrers")));
    }
    byte[] bytes = pages.size() == 1 ? pages.getFirst() : index(all);
    return new Fetched(MediaType.OCI_INDEX, Digest.sha256(bytes), bytes);
  }

  private static byte[] index(JsonArray manifests) {
    return new JsonObject()
        .put("schemaVersion", 2)
        .put("mediaType", MediaType.OCI_INDEX.value())
        .put("manifests", manifests)
        .toBuffer()
        .getBytes();
  }

  /** A field that is a list; {@code null} is read as an empty one, as some write it. */
  private static Optional<JsonArray> array(byte[] bytes, String field) {
    try {
      JsonObject json = new JsonObject(Buffer.buffer(bytes));
      if (json.containsKey(field) && json.getValue(field) == null) {
        return Optional.of(new JsonArray());
      }
      return Optional.ofNullable(json.getJsonArray(field));
    } catch (DecodeException | ClassCastException _) {
      return Optional.empty();
    }
  }
}
