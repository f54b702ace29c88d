package dev.entrepot.edge.catalogue;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.cache.CacheStatus.Outcome;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.origin.ManifestOrigin.Current;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import dev.entrepot.edge.origin.Via;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Manifests asked for by digest. They never change, so one that is held is served without asking,
 * but only in a repository that is known to mention it; that another repository does is no reason.
 */
final class ManifestsByDigest {
  private final Library library;
  private final ManifestOrigin origin;
  private final AskMemory memory;
  private final CatalogueConfig config;
  private final InstantSource clock;
  private final Coalescer<Question, Kept> asking = new Coalescer<>();

  ManifestsByDigest(
      Library library,
      ManifestOrigin origin,
      AskMemory memory,
      CatalogueConfig config,
      InstantSource clock) {
    this.library = library;
    this.origin = origin;
    this.memory = memory;
    this.config = config;
    this.clock = clock;
  }

  Future<Catalogue.Manifest> manifest(Permit permit, Digest digest) {
    Repository repository = permit.repository();
    return held(repository, digest)
        .compose(held ->
            held.map(manifest -> Future.succeededFuture(hit(manifest)))
                .orElseGet(() -> miss(repository, digest)));
  }

  /**
   * Asks the upstream for a manifest of that repository, or for its word that it has what is held.
   */
  Coalescer.Joined<Kept> ask(Repository repository, Digest digest) {
    Question question = new Question.OfManifest(repository, digest);
    return asking.join(
        question,
        () -> memory.noting(question, rules(repository).negative(), converse(repository, digest)));
  }

  private Future<Optional<HeldManifest>> held(Repository repository, Digest digest) {
    return library
        .mention(Mention.manifest(repository, digest))
        .compose(mentioned ->
            mentioned.isPresent()
                ? library.manifest(digest)
                : Future.succeededFuture(Optional.empty()));
  }

  private Catalogue.Manifest hit(HeldManifest held) {
    Duration age = Duration.between(held.storedAt(), clock.instant());
    CacheStatus status = CacheStatus.hit(age.isNegative() ? Duration.ZERO : age);
    return new Catalogue.Manifest(held.descriptor(), held.bytes(), status);
  }

  private Future<Catalogue.Manifest> miss(Repository repository, Digest digest) {
    Optional<Failure> standing = refusal(repository, digest);
    if (standing.isPresent()) {
      return Future.failedFuture(standing.get().asException());
    }
    Coalescer.Joined<Kept> asked = ask(repository, digest);
    return asked.outcome().map(kept -> kept.answer(asked.collapsed()));
  }

  private Optional<Failure> refusal(Repository repository, Digest digest) {
    return rules(repository).offline()
        ? Optional.of(Freshness.offline(repository.upstream()))
        : memory.standingFailure(new Question.OfManifest(repository, digest));
  }

  private Future<Kept> converse(Repository repository, Digest digest) {
    return library
        .manifest(digest)
        .compose(elsewhere ->
            elsewhere
                .map(manifest -> confirm(repository, manifest))
                .orElseGet(() -> fetch(repository, digest)));
  }

  /** The bytes are held for another repository: the upstream's word for this one is enough. */
  private Future<Kept> confirm(Repository repository, HeldManifest held) {
    return origin
        .current(repository, held.digest(), Optional.of(held.digest()))
        .compose(current ->
            agree(repository, held, current)
                .compose(_ -> keep(repository, held, current.from().via(), Outcome.REVALIDATED)));
  }

  private static Future<Void> agree(Repository repository, HeldManifest held, Current current) {
    return switch (current) {
      case Current.Unchanged _ -> Future.succeededFuture();
      case Current.Changed(Digest digest, _, _) ->
          digest.equals(held.digest())
              ? Future.succeededFuture()
              : Future.failedFuture(otherDigest(repository, held.digest()));
    };
  }

  private Future<Kept> fetch(Repository repository, Digest digest) {
    return origin
        .manifest(repository, digest)
        .compose(fetched ->
            fetched.digest().equals(digest)
                ? keep(repository, held(fetched), fetched.from().via(), Outcome.MISS)
                : Future.failedFuture(otherDigest(repository, digest)));
  }

  private HeldManifest held(Fetched fetched) {
    return HeldManifest.of(fetched, clock.instant());
  }

  private Future<Kept> keep(
      Repository repository, HeldManifest manifest, Via via, Outcome outcome) {
    return library
        .keep(repository, manifest, Optional.empty())
        .map(stored -> new Kept(manifest, via, stored, outcome));
  }

  private static RuntimeException otherDigest(Repository repository, Digest digest) {
    return new Failure.OriginLied(repository.upstream(), "another manifest than " + digest)
        .asException();
  }

  private FreshnessRules rules(Repository repository) {
    return config.upstream(repository.upstream()).freshness();
  }
}
