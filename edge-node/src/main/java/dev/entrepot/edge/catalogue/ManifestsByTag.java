package dev.entrepot.edge.catalogue;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.cache.CacheStatus.Outcome;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.origin.ManifestOrigin.Current;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import dev.entrepot.edge.origin.Provenance;
import dev.entrepot.edge.origin.Via;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Manifests asked for by tag.
 *
 * <p>There is never more than one conversation with the upstream about a tag, and its answer is put
 * away before the next one may begin. So an older answer cannot overwrite a newer one, and a tag
 * never goes back.
 */
final class ManifestsByTag {
  private static final Logger LOG = LoggerFactory.getLogger(ManifestsByTag.class);

  private final Library library;
  private final ManifestsByDigest byDigest;
  private final ManifestOrigin origin;
  private final AskMemory memory;
  private final CatalogueConfig config;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final Coalescer<TagKey, Kept> asking = new Coalescer<>();

  ManifestsByTag(
      Library library,
      ManifestsByDigest byDigest,
      ManifestOrigin origin,
      AskMemory memory,
      CatalogueConfig config,
      Scheduler scheduler,
      InstantSource clock) {
    this.library = library;
    this.byDigest = byDigest;
    this.origin = origin;
    this.memory = memory;
    this.config = config;
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** A tag of which the bytes are held too. */
  private record Held(KnownTag tag, HeldManifest manifest) {}

  Future<Catalogue.Manifest> manifest(Permit permit, Tag tag) {
    TagKey key = new TagKey(permit.repository(), tag);
    FreshnessRules rules = rules(key, permit);
    return held(key).compose(held -> act(key, held, rules));
  }

  private FreshnessRules rules(TagKey key, Permit permit) {
    FreshnessRules rules = rules(key);
    return permit.everyone() ? rules : rules.staleAtMost(config.privateStaleIfError());
  }

  private FreshnessRules rules(TagKey key) {
    Repository repository = key.repository();
    return config.upstream(repository.upstream()).of(repository.path(), key.tag());
  }

  private Future<Optional<Held>> held(TagKey key) {
    return library
        .tag(key)
        .compose(known ->
            known
                .map(tag -> library.manifest(tag.digest()).map(m -> m.map(b -> new Held(tag, b))))
                .orElseGet(() -> Future.succeededFuture(Optional.empty())));
  }

  private Future<Catalogue.Manifest> act(TagKey key, Optional<Held> held, FreshnessRules rules) {
    Instant now = clock.instant();
    String upstream = key.repository().upstream();
    Health health = memory.health().of(upstream, now);
    return switch (Freshness.decide(facts(key, held), rules, health, now)) {
      case Decision.Serve(Decision.Age age) -> serve(held, age);
      case Decision.ServeAndRefresh(Decision.Age age) -> {
        if (memory.health().claimProbe(upstream, now)) {
          refresh(key, held);
        }
        yield serve(held, age);
      }
      case Decision.Ask(Optional<Decision.Fallback> fallback) -> ask(key, held, rules, fallback);
      case Decision.Refuse(Failure failure) -> Future.failedFuture(failure.asException());
    };
  }

  private Freshness.Facts facts(TagKey key, Optional<Held> held) {
    return new Freshness.Facts(
        key.repository().upstream(),
        held.map(Held::tag).filter(tag -> !tag.withheld()).map(KnownTag::confirmedAt),
        memory.negative(new Question.OfManifest(key.repository(), key.tag())));
  }

  private static Future<Catalogue.Manifest> serve(Optional<Held> held, Decision.Age age) {
    return Future.succeededFuture(answer(held.orElseThrow(), age));
  }

  private static Catalogue.Manifest answer(Held held, Decision.Age age) {
    CacheStatus hit = CacheStatus.hit(age.since());
    CacheStatus status = age.stale() ? hit.with(CacheStatus.Detail.STALE) : hit;
    HeldManifest manifest = held.manifest();
    return new Catalogue.Manifest(manifest.descriptor(), manifest.bytes(), status);
  }

  private void refresh(TagKey key, Optional<Held> held) {
    join(key, held)
        .outcome()
        .onFailure(cause -> LOG.debug("{} could not be refreshed: {}", key, cause.getMessage()));
  }

  private Future<Catalogue.Manifest> ask(
      TagKey key, Optional<Held> held, FreshnessRules rules, Optional<Decision.Fallback> fallback) {
    Coalescer.Joined<Kept> asked = join(key, held);
    Future<Catalogue.Manifest> answer =
        asked
            .outcome()
            .map(kept -> kept.answer(asked.collapsed()))
            .recover(cause -> afterFailure(key, PullException.failureOf(cause), rules));
    return fallback.map(stale -> within(stale, answer, key, held.orElseThrow())).orElse(answer);
  }

  /** Waits so long for an answer, then gives the stale one; the asking goes on. */
  private Future<Catalogue.Manifest> within(
      Decision.Fallback stale, Future<Catalogue.Manifest> answer, TagKey key, Held held) {
    if (answer.isComplete()) {
      return answer;
    }
    Promise<Catalogue.Manifest> first = Promise.promise();
    Scheduler.Timer patience =
        scheduler.after(
            stale.patience(),
            () -> {
              if (first.tryComplete(answer(held, stale.age()))) {
                memory.health().slow(key.repository().upstream(), clock.instant());
              }
            });
    answer.onComplete(end -> {
      patience.cancel();
      boolean inTime =
          end.succeeded() ? first.tryComplete(end.result()) : first.tryFail(end.cause());
      LOG.trace("{} answered {}", key, inTime ? "in time" : "too late");
    });
    return first.future();
  }

  /** Looks again at what is held, for the failure may have taken it away. */
  private Future<Catalogue.Manifest> afterFailure(
      TagKey key, Failure failure, FreshnessRules rules) {
    return held(key)
        .compose(held ->
            switch (Freshness.afterFailure(facts(key, held), failure, rules, clock.instant())) {
              case Decision.Serve(Decision.Age age) -> serve(held, age);
              default -> Future.failedFuture(failure.asException());
            });
  }

  private Coalescer.Joined<Kept> join(TagKey key, Optional<Held> held) {
    Question question = new Question.OfManifest(key.repository(), key.tag());
    return asking.join(
        key,
        () ->
            memory
                .noting(question, rules(key).negative(), converse(key, held))
                .recover(cause -> settle(key, held, PullException.failureOf(cause))));
  }

  /**
   * Looks once more first: a question of somebody else's may have ended between the look at what is
   * held and this one's beginning.
   */
  private Future<Kept> converse(TagKey key, Optional<Held> held) {
    return held(key)
        .compose(now ->
            now.filter(it -> isNewer(it, held)).isPresent()
                ? Future.succeededFuture(byAnother(now.get(), held))
                : question(key, held));
  }

  private static boolean isNewer(Held now, Optional<Held> before) {
    return !now.tag().withheld()
        && before.filter(it -> !now.tag().confirmedAt().isAfter(it.tag().confirmedAt())).isEmpty();
  }

  private static Kept byAnother(Held now, Optional<Held> before) {
    Outcome outcome = before.isEmpty() ? Outcome.MISS : Outcome.REVALIDATED;
    return new Kept(now.manifest(), null, true, outcome, true);
  }

  private Future<Kept> question(TagKey key, Optional<Held> held) {
    Instant askedAt = clock.instant();
    return held.map(known -> revalidate(key, known, askedAt))
        .orElseGet(() -> fetch(key, askedAt, Outcome.MISS));
  }

  private Future<Kept> fetch(TagKey key, Instant askedAt, Outcome outcome) {
    return origin
        .manifest(key.repository(), key.tag())
        .compose(fetched -> keep(key, fetched, askedAt.minus(fetched.from().age()), outcome));
  }

  private Future<Kept> keep(TagKey key, Fetched fetched, Instant askedAt, Outcome outcome) {
    HeldManifest manifest = HeldManifest.of(fetched, clock.instant());
    return library
        .keep(key.repository(), manifest, Optional.of(tagging(key, fetched.digest(), askedAt)))
        .map(stored -> new Kept(manifest, fetched.from().via(), stored, outcome));
  }

  private Future<Kept> revalidate(TagKey key, Held held, Instant askedAt) {
    return origin
        .current(key.repository(), key.tag(), Optional.of(held.tag().digest()))
        .compose(current -> notOlder(key, held, current, askedAt))
        .compose(current ->
            switch (current) {
              case Current.Unchanged(Provenance from) -> confirm(key, held, from, askedAt);
              case Current.Changed(Digest digest, Optional<Fetched> fetched, Provenance from) ->
                  digest.equals(held.tag().digest())
                      ? confirm(key, held, from, askedAt)
                      : change(key, digest, fetched, askedAt.minus(from.age()));
            });
  }

  /**
   * A neighbour that was away, as the upstream is now, may know an older answer than this edge. A
   * tag never goes back to one.
   */
  private static Future<Current> notOlder(TagKey key, Held held, Current current, Instant askedAt) {
    Instant confirmedAt = askedAt.minus(current.from().age());
    boolean older =
        current.from().via() == Via.PEER
            && !held.tag().withheld()
            && !confirmedAt.isAfter(held.tag().confirmedAt());
    return older
        ? Future.failedFuture(
            new Failure.OriginUnreachable(
                    key.repository().upstream(), "no edge has heard of it lately")
                .asException())
        : Future.succeededFuture(current);
  }

  private Future<Kept> confirm(TagKey key, Held held, Provenance from, Instant askedAt) {
    return library
        .keep(tagging(key, held.tag().digest(), askedAt.minus(from.age())))
        .map(stored -> new Kept(held.manifest(), from.via(), stored, Outcome.REVALIDATED));
  }

  /**
   * The tag has moved. Its new manifest is fetched by digest, so that a tag which moves once more
   * meanwhile cannot mix two answers.
   */
  private Future<Kept> change(
      TagKey key, Digest digest, Optional<Fetched> fetched, Instant askedAt) {
    if (fetched.isPresent()) {
      return keep(key, fetched.get(), askedAt, Outcome.REVALIDATED);
    }
    return byDigest
        .ask(key.repository(), digest)
        .outcome()
        .compose(kept -> library.keep(tagging(key, digest, askedAt)).map(kept))
        .map(kept -> kept.as(Outcome.REVALIDATED));
  }

  private Library.Tagging tagging(TagKey key, Digest digest, Instant askedAt) {
    return new Library.Tagging(key, new KnownTag(digest, askedAt, false, library.today()));
  }

  /** What an upstream's refusal does to what is held; then passes the failure on. */
  private Future<Kept> settle(TagKey key, Optional<Held> held, Failure failure) {
    Future<Kept> failed = Future.failedFuture(failure.asException());
    boolean gone =
        failure instanceof Failure.UnknownManifest || failure instanceof Failure.UnknownRepository;
    return gone && held.isPresent() && !rules(key).keepOn404()
        ? library.forget(key).transform(_ -> failed)
        : failed;
  }
}
