package dev.entrepot.edge.peer;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.cluster.Site;
import dev.entrepot.edge.cluster.Site.Kind;
import dev.entrepot.edge.cluster.Site.Member;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.origin.Provenance;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Manifests and tags by way of the site: first what some edge has said lately, then the owner, then
 * the upstream. What an edge learns of the upstream it says to all. How old an answer is comes with
 * it, so that a tag is asked for once in its time whoever asks.
 */
public final class SiteManifests implements ManifestOrigin {
  private final Site site;
  private final PeerClient peers;
  private final ManifestOrigin upstream;
  private final Lifetimes lifetimes;
  private final Duration patience;
  private final InstantSource clock;

  /** For how long what the upstream said holds ({@code freshness} in the configuration). */
  public interface Lifetimes {
    Duration tag(Repository repository, Tag tag);

    /** The greatest age of an answer that is given without waiting for the upstream. */
    Duration acceptable(Repository repository, Tag tag);

    Duration negative(Repository repository, Reference reference);
  }

  public SiteManifests(
      Site site,
      PeerClient peers,
      ManifestOrigin upstream,
      Lifetimes lifetimes,
      PeerLimits limits,
      InstantSource clock) {
    this.site = site;
    this.peers = peers;
    this.upstream = upstream;
    this.lifetimes = lifetimes;
    this.patience = limits.hints();
    this.clock = clock;
  }

  /**
   * Whether this edge is the one to ask the upstream: the owner, or who comes next when those
   * before it have just failed.
   */
  public boolean isMine(Repository repository, Reference reference) {
    return owner(repository, reference).isEmpty();
  }

  @Override
  public Future<Fetched> manifest(Repository repository, Reference reference) {
    return hinted(repository, reference)
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .recover(why ->
            why instanceof PullException
                ? Future.failedFuture(why)
                : Future.succeededFuture(Optional.empty()))
        .compose(said ->
            said.map(Future::succeededFuture).orElseGet(() -> fetch(repository, reference)));
  }

  /** What the site has said, the answer or that there is none. */
  private Future<Optional<Fetched>> hinted(Repository repository, Reference reference) {
    Future<Optional<Fetched>> said = said(repository, reference);
    return absent(repository, reference)
        .compose(gone -> gone ? Future.failedFuture(unknown(repository, reference)) : said);
  }

  private Future<Boolean> absent(Repository repository, Reference reference) {
    return site.hint(Kind.NEGATIVE, Said.key(repository, reference)).map(Optional::isPresent);
  }

  /** What some edge has said of it, if that still holds. */
  private Future<Optional<Fetched>> said(Repository repository, Reference reference) {
    return switch (reference) {
      case Digest digest -> bytes(repository, digest, Duration.ZERO);
      case Tag tag ->
          tag(repository, tag)
              .compose(known ->
                  known.isEmpty()
                      ? Future.succeededFuture(Optional.empty())
                      : bytes(repository, known.get().digest(), age(known.get())));
    };
  }

  private Future<Optional<Fetched>> bytes(Repository repository, Digest digest, Duration age) {
    return site.hint(Kind.MANIFEST, Said.key(repository, digest))
        .map(hint -> hint.flatMap(it -> Said.manifest(it, digest, age)));
  }

  private Future<Optional<Said.OfTag>> tag(Repository repository, Tag tag) {
    Duration most = lifetimes.tag(repository, tag);
    return site.hint(Kind.TAG, Said.key(repository, tag))
        .map(hint -> hint.flatMap(Said::tag).filter(it -> holds(it, most)));
  }

  private boolean holds(Said.OfTag known, Duration most) {
    Duration age = Duration.between(known.confirmedAt(), clock.instant());
    return !age.isNegative() && age.compareTo(most) < 0;
  }

  private Duration age(Said.OfTag known) {
    return Duration.between(known.confirmedAt(), clock.instant());
  }

  private Future<Fetched> fetch(Repository repository, Reference reference) {
    return byOwner(
        repository, reference, PeerClient.Told::fetched, () -> fromUpstream(repository, reference));
  }

  /** What the owner says; the upstream's word if the owner has nothing, or nothing fresh. */
  private <T> Future<T> byOwner(
      Repository repository,
      Reference reference,
      Function<PeerClient.Told, T> read,
      Supplier<Future<T>> upstream) {
    return owner(repository, reference)
        .map(owner ->
            peers
                .manifest(owner, repository, reference)
                .compose(told ->
                    isFresh(told, repository, reference)
                        ? Future.succeededFuture(read.apply(told))
                        : upstream.get().recover(why -> away(why, read.apply(told))))
                .recover(why -> orElse(why, repository, reference, upstream)))
        .orElseGet(upstream);
  }

  /**
   * Whether an owner's answer is one that it would give with the upstream in reach. Otherwise the
   * owner cannot reach it, and perhaps this edge can.
   */
  private boolean isFresh(PeerClient.Told told, Repository repository, Reference reference) {
    return !(reference instanceof Tag tag)
        || told.age().compareTo(lifetimes.acceptable(repository, tag)) <= 0;
  }

  /** The stale answer of a neighbour, where this edge cannot have one of the upstream either. */
  private static <T> Future<T> away(Throwable why, T stale) {
    return switch (PullException.failureOf(why)) {
      case Failure.OriginUnreachable _, Failure.OriginTimeout _, Failure.OriginBusy _ ->
          Future.succeededFuture(stale);
      default -> Future.failedFuture(why);
    };
  }

  /** The upstream itself, unless that has spoken by way of a neighbour. */
  private static <T> Future<T> orElse(
      Throwable why, Repository repository, Reference reference, Supplier<Future<T>> upstream) {
    if (!(why instanceof PeerClient.NotHere not)) {
      return Future.failedFuture(why);
    }
    return not.isAbsent() ? Future.failedFuture(unknown(repository, reference)) : upstream.get();
  }

  /** Another edge remembers that there is no such thing. */
  private static PullException unknown(Repository repository, Reference reference) {
    return new PullException(new Failure.UnknownManifest(repository, reference), true);
  }

  /** Who is to be asked; nobody if this edge is the one. */
  private Optional<Member> owner(Repository repository, Reference reference) {
    for (Member member : site.ranking("manifest " + Said.key(repository, reference))) {
      if (member.equals(site.self())) {
        return Optional.empty();
      }
      if (peers.isWell(member)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  private Future<Fetched> fromUpstream(Repository repository, Reference reference) {
    Instant askedAt = clock.instant();
    return upstream
        .manifest(repository, reference)
        .onSuccess(it -> say(repository, reference, it, askedAt))
        .onFailure(why -> sayGone(repository, reference, PullException.failureOf(why)));
  }

  private void say(Repository repository, Reference reference, Fetched it, Instant askedAt) {
    site.tell(
        Kind.MANIFEST, Said.key(repository, it.digest()), Said.manifest(it), Said.MANIFEST_LIFE);
    if (reference instanceof Tag tag) {
      sayTag(repository, tag, it.digest(), askedAt);
    }
  }

  private void sayTag(Repository repository, Tag tag, Digest digest, Instant askedAt) {
    site.tell(
        Kind.TAG,
        Said.key(repository, tag),
        Said.tag(new Said.OfTag(digest, askedAt)),
        lifetimes.tag(repository, tag));
  }

  private void sayGone(Repository repository, Reference reference, Failure failure) {
    if (failure instanceof Failure.UnknownManifest
        || failure instanceof Failure.UnknownRepository) {
      Duration life = lifetimes.negative(repository, reference);
      if (life.isPositive()) {
        site.tell(Kind.NEGATIVE, Said.key(repository, reference), new byte[] {1}, life);
      }
      if (reference instanceof Tag) {
        site.forget(Kind.TAG, Said.key(repository, reference));
      }
    }
  }

  @Override
  public Future<Current> current(
      Repository repository, Reference reference, Optional<Digest> known) {
    if (!(reference instanceof Tag tag)) {
      return upstream.current(repository, reference, known);
    }
    return tag(repository, tag)
        .compose(said ->
            said.map(it -> Future.succeededFuture(compare(known, it)))
                .orElseGet(() -> ask(repository, tag, known)));
  }

  private Current compare(Optional<Digest> known, Said.OfTag said) {
    return known.filter(said.digest()::equals).isPresent()
        ? new Current.Unchanged(Provenance.peer(age(said)))
        : new Current.Changed(said.digest(), Optional.empty(), Provenance.peer(age(said)));
  }

  private Future<Current> ask(Repository repository, Tag tag, Optional<Digest> known) {
    return byOwner(repository, tag, it -> told(known, it), () -> confirm(repository, tag, known));
  }

  private static Current told(Optional<Digest> known, PeerClient.Told it) {
    return known.filter(it.digest()::equals).isPresent()
        ? new Current.Unchanged(Provenance.peer(it.age()))
        : new Current.Changed(it.digest(), Optional.of(it.fetched()), Provenance.peer(it.age()));
  }

  private Future<Current> confirm(Repository repository, Tag tag, Optional<Digest> known) {
    Instant askedAt = clock.instant();
    return upstream
        .current(repository, tag, known)
        .onSuccess(it -> {
          switch (it) {
            case Current.Unchanged _ ->
                known.ifPresent(digest -> sayTag(repository, tag, digest, askedAt));
            case Current.Changed(Digest digest, Optional<Fetched> fetched, _) -> {
              sayTag(repository, tag, digest, askedAt);
              fetched.ifPresent(manifest -> say(repository, tag, manifest, askedAt));
            }
          }
        })
        .onFailure(why -> sayGone(repository, tag, PullException.failureOf(why)));
  }

  @Override
  public Future<Boolean> readableByAnyone(Repository repository, Probe probe) {
    return upstream.readableByAnyone(repository, probe);
  }

  @Override
  public Future<TagPage> tags(
      Repository repository, Optional<Integer> limit, Optional<String> last) {
    return upstream.tags(repository, limit, last);
  }

  @Override
  public Future<Fetched> referrers(Repository repository, Digest digest) {
    return upstream.referrers(repository, digest);
  }
}
