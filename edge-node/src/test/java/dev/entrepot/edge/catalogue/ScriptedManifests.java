package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.origin.Provenance;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An upstream in memory: tags that move, failures on command, a journal, answers held back. */
final class ScriptedManifests implements ManifestOrigin, BlobOrigin {
  final List<String> journal = new ArrayList<>();
  final Set<Repository> open = new HashSet<>();
  private final Map<Repository, Map<Reference, Fetched>> manifests = new HashMap<>();
  private final Map<Repository, Map<Digest, Long>> blobs = new HashMap<>();
  private Optional<PullException> failing = Optional.empty();
  private Optional<PullException> failingWithout = Optional.empty();
  private Optional<Promise<Void>> held = Optional.empty();
  private Provenance from = Provenance.UPSTREAM;
  boolean referrersApi = true;

  /** Whether tags are listed for who shows no credentials. */
  boolean listsForAnyone = true;

  /** What is in the list of referrers, if not the subject itself, twice. */
  Optional<String> listed = Optional.empty();

  synchronized Fetched put(Repository repository, String tag, String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    MediaType type = json.contains("\"manifests\"") ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
    Fetched fetched = new Fetched(type, Digest.sha256(bytes), bytes);
    Map<Reference, Fetched> all = manifests.computeIfAbsent(repository, _ -> new HashMap<>());
    all.put(fetched.digest(), fetched);
    all.put(new Tag(tag), fetched);
    return fetched;
  }

  synchronized void delete(Repository repository, String tag) {
    manifests.get(repository).remove(new Tag(tag));
  }

  synchronized void putBlob(Repository repository, Digest digest, long size) {
    blobs.computeIfAbsent(repository, _ -> new HashMap<>()).put(digest, size);
  }

  synchronized void fail(Failure failure) {
    failing = Optional.of(failure.asException());
  }

  /** Fails with what another edge remembers. */
  synchronized void failByHearsay(Failure failure) {
    failing = Optional.of(new PullException(failure, true));
  }

  /** From now on answers about what tags mean come by way of another edge, that old. */
  synchronized void byNeighbour(Duration age) {
    from = Provenance.peer(age);
  }

  /** Fails who shows no credentials. */
  synchronized void failWithoutCredentials(Failure failure) {
    failingWithout = Optional.of(failure.asException());
  }

  synchronized void heal() {
    failing = Optional.empty();
    failingWithout = Optional.empty();
  }

  /** Holds all answers back until the promise is completed. */
  synchronized Promise<Void> hold() {
    Promise<Void> promise = Promise.promise();
    held = Optional.of(promise);
    promise.future().onComplete(_ -> held = Optional.empty());
    return promise;
  }

  synchronized int asked() {
    return journal.size();
  }

  private synchronized <T> Future<T> answer(
      String what, java.util.function.Supplier<Future<T>> then) {
    journal.add(what);
    Future<Void> gate = held.map(Promise::future).orElseGet(() -> Future.succeededFuture());
    Optional<PullException> failure = failing;
    return gate.compose(_ -> failure.isPresent() ? Future.failedFuture(failure.get()) : then.get());
  }

  private synchronized Optional<Fetched> find(Repository repository, Reference reference) {
    return Optional.ofNullable(manifests.getOrDefault(repository, Map.of()).get(reference));
  }

  @Override
  public Future<Fetched> manifest(Repository repository, Reference reference) {
    return answer(
        "GET " + reference,
        () ->
            find(repository, reference)
                .map(Future::succeededFuture)
                .orElseGet(() ->
                    Future.failedFuture(
                        new Failure.UnknownManifest(repository, reference).asException())));
  }

  @Override
  public Future<Current> current(
      Repository repository, Reference reference, Optional<Digest> known) {
    return answer(
        "HEAD " + reference,
        () ->
            find(repository, reference)
                .map(now ->
                    Future.<Current>succeededFuture(
                        known.filter(now.digest()::equals).isPresent()
                            ? new Current.Unchanged(from)
                            : new Current.Changed(now.digest(), Optional.empty(), from)))
                .orElseGet(() ->
                    Future.failedFuture(
                        new Failure.UnknownManifest(repository, reference).asException())));
  }

  @Override
  public Future<Boolean> readableByAnyone(Repository repository, Probe probe) {
    return answer(
        "ANON " + probe,
        () ->
            failingWithout
                .<Future<Boolean>>map(Future::failedFuture)
                .orElseGet(() ->
                    Future.succeededFuture(open.contains(repository) && has(repository, probe))));
  }

  private synchronized boolean has(Repository repository, Probe probe) {
    return switch (probe) {
      case Probe.OfManifest(Reference reference) -> find(repository, reference).isPresent();
      case Probe.OfBlob(Digest digest) ->
          blobs.getOrDefault(repository, Map.of()).containsKey(digest);
      case Probe.OfTags() -> listsForAnyone;
    };
  }

  @Override
  public Future<TagPage> tags(
      Repository repository, Optional<Integer> limit, Optional<String> last) {
    return answer(
        "TAGS " + last.orElse(""),
        () -> {
          List<String> all =
              manifests.getOrDefault(repository, Map.of()).keySet().stream()
                  .filter(Tag.class::isInstance)
                  .map(Reference::toString)
                  .sorted()
                  .filter(tag -> last.isEmpty() || tag.compareTo(last.get()) > 0)
                  .toList();
          boolean more = all.size() > 2;
          List<String> page = more ? all.subList(0, 2) : all;
          return Future.succeededFuture(
              new TagPage(page, more ? Optional.of(page.getLast()) : Optional.empty()));
        });
  }

  @Override
  public Future<Fetched> referrers(Repository repository, Digest digest) {
    return answer(
        "REFERRERS",
        () -> {
          if (!referrersApi) {
            return Future.failedFuture(
                new Failure.UnsupportedByOrigin(repository, "referrers").asException());
          }
          String all =
              listed.orElse(
                  """
                  [{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":1,"artifactType":"sig"},\
                  {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":1,"artifactType":"sbom"}]\
                  """
                      .formatted(digest, digest));
          String json =
              """
              {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":%s}\
              """
                  .formatted(all);
          byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
          return Future.succeededFuture(
              new Fetched(MediaType.OCI_INDEX, Digest.sha256(bytes), bytes));
        });
  }

  @Override
  public Future<Long> size(Repository repository, Digest digest) {
    return answer(
        "SIZE",
        () ->
            Optional.ofNullable(blobs.getOrDefault(repository, Map.of()).get(digest))
                .map(Future::succeededFuture)
                .orElseGet(() ->
                    Future.failedFuture(
                        new Failure.UnknownBlob(repository, digest).asException())));
  }

  @Override
  public Future<Answer> fetch(Repository repository, Digest digest, Span span) {
    throw new AssertionError("the catalogue fetches no blobs");
  }
}
