package dev.entrepot.edge.catalogue;

import com.github.benmanes.caffeine.cache.Cache;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.access.Visibility;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.origin.ManifestOrigin.Probe;
import dev.entrepot.edge.store.DiskRoom;
import dev.entrepot.edge.store.KeyValueStore;
import dev.entrepot.edge.store.KeyValueStore.Change;
import dev.entrepot.edge.store.Table;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether everyone may read a repository ({@code visibility} in the configuration). Where this edge
 * shows credentials to an upstream, the upstream must have answered somebody without any: that is
 * remembered, on disk too, asked again behind the client's back from time to time, and before
 * anything new of the repository is given out. An upstream that cannot be asked changes nothing.
 *
 * <pre>
 *   key     repository
 *   value   01, public (0 or 1), confirmed at (ms)
 * </pre>
 */
final class RepositoryVisibility implements Visibility {
  private static final Logger LOG = LoggerFactory.getLogger(RepositoryVisibility.class);
  private static final int VERSION = 1;

  private final Recall<Repository, Verdict> known;
  private final Cache<Asked, Instant> refused;
  private final ManifestOrigin origin;
  private final KeyValueStore store;
  private final DiskRoom disk;
  private final CatalogueConfig config;
  private final InstantSource clock;
  private final Coalescer<Asked, Boolean> asking = new Coalescer<>();

  /** What was found out of a repository. */
  record Verdict(boolean everyone, Instant confirmedAt) {}

  /** One question without credentials. */
  record Asked(Repository repository, Probe probe) {}

  RepositoryVisibility(
      Recall<Repository, Verdict> known,
      Cache<Asked, Instant> refused,
      ManifestOrigin origin,
      KeyValueStore store,
      DiskRoom disk,
      CatalogueConfig config,
      InstantSource clock) {
    this.known = known;
    this.refused = refused;
    this.origin = origin;
    this.store = store;
    this.disk = disk;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public Future<Boolean> isPublic(PullRequest.OfRepository asked) {
    UpstreamRules rules = config.upstream(asked.repository().upstream());
    return switch (rules.exposure()) {
      case PUBLIC -> Future.succeededFuture(true);
      case PRIVATE -> Future.succeededFuture(false);
      case AUTO -> rules.credentials() ? findOut(asked) : Future.succeededFuture(true);
    };
  }

  /**
   * Asks whether everyone may have something that was just brought, by our credentials perhaps, for
   * a repository that is thought to be public. If not, and if not even its list of tags is for
   * everyone, it is public no longer. Fails like an origin when it cannot be found out.
   */
  Future<Void> prove(Repository repository, Probe probe) {
    if (!isJudged(repository)) {
      return Future.succeededFuture();
    }
    return known
        .get(repository)
        .compose(verdict ->
            verdict
                    .filter(Verdict::everyone)
                    .filter(it -> isOlder(it.confirmedAt(), config.proofLasts()))
                    .isPresent()
                ? proveNow(new Asked(repository, probe))
                : Future.succeededFuture());
  }

  /** Strangers choose what is asked for, and what is not there proves nothing. */
  private Future<Void> proveNow(Asked asked) {
    Asked tags = tagsOf(asked.repository());
    return join(asked)
        .compose(everyone ->
            everyone || asked.equals(tags) ? Future.succeededFuture(everyone) : join(tags))
        .compose(everyone -> everyone ? Future.succeededFuture(true) : remember(asked, false))
        .mapEmpty();
  }

  /** Whether what was public when a caller was let in is so still. */
  Future<Boolean> isStillPublic(Repository repository) {
    return isJudged(repository)
        ? known.get(repository).map(it -> it.filter(Verdict::everyone).isPresent())
        : Future.succeededFuture(true);
  }

  private boolean isJudged(Repository repository) {
    UpstreamRules rules = config.upstream(repository.upstream());
    return rules.exposure() == UpstreamRules.Exposure.AUTO && rules.credentials();
  }

  private static Asked tagsOf(Repository repository) {
    return new Asked(repository, new Probe.OfTags());
  }

  private Future<Boolean> findOut(PullRequest.OfRepository request) {
    Asked asked = new Asked(request.repository(), probe(request));
    return known
        .get(asked.repository())
        .compose(verdict ->
            verdict.filter(Verdict::everyone).isPresent()
                ? stillPublic(asked, verdict.get())
                : ask(asked));
  }

  private Future<Boolean> stillPublic(Asked asked, Verdict verdict) {
    if (isOlder(verdict.confirmedAt(), config.publicRecheck())
        && !config.upstream(asked.repository().upstream()).freshness().offline()) {
      recheck(asked).onFailure(cause -> LOG.debug("{} stays public: {}", asked, cause.toString()));
    }
    return Future.succeededFuture(true);
  }

  /** A tag that is not there proves nothing against a repository, so its list is asked for too. */
  private Future<Boolean> recheck(Asked asked) {
    return asking
        .join(
            tagsOf(asked.repository()),
            () ->
                origin
                    .readableByAnyone(asked.repository(), asked.probe())
                    .compose(everyone ->
                        everyone
                            ? Future.succeededFuture(true)
                            : origin.readableByAnyone(
                                asked.repository(), tagsOf(asked.repository()).probe()))
                    .compose(everyone -> remember(asked, everyone)))
        .outcome();
  }

  private Future<Boolean> ask(Asked asked) {
    Instant last = refused.getIfPresent(asked);
    if (last != null && !isOlder(last, config.privateRecheck())) {
      return Future.succeededFuture(false);
    }
    if (config.upstream(asked.repository().upstream()).freshness().offline()) {
      return Future.succeededFuture(false);
    }
    return join(asked);
  }

  private Future<Boolean> join(Asked asked) {
    return asking
        .join(
            asked,
            () ->
                origin
                    .readableByAnyone(asked.repository(), asked.probe())
                    .compose(everyone ->
                        everyone ? remember(asked, true) : Future.succeededFuture(refuse(asked))))
        .outcome();
  }

  /** In memory alone: names that strangers make up must not fill the disk. */
  private boolean refuse(Asked asked) {
    refused.put(asked, clock.instant());
    return false;
  }

  /**
   * Yes is said of the repository. No, of one that was public, means that it is to be proved anew.
   */
  private Future<Boolean> remember(Asked asked, boolean everyone) {
    Verdict verdict = new Verdict(everyone, clock.instant());
    return disk.call(() -> {
      known.put(asked.repository(), verdict);
      try {
        store.write(List.of(put(asked.repository(), verdict)), everyone);
      } catch (RuntimeException e) {
        LOG.warn("who may read {} cannot be written: {}", asked.repository(), e.toString());
      }
      return everyone;
    });
  }

  private boolean isOlder(Instant since, Duration limit) {
    Duration age = Duration.between(since, clock.instant());
    return age.isNegative() || age.compareTo(limit) >= 0;
  }

  private static Probe probe(PullRequest.OfRepository asked) {
    return switch (asked) {
      case PullRequest.Manifest manifest -> new Probe.OfManifest(manifest.reference());
      case PullRequest.Blob blob -> new Probe.OfBlob(blob.digest());
      case PullRequest.TagList _ -> new Probe.OfTags();
      case PullRequest.Referrers referrers -> new Probe.OfManifest(referrers.digest());
    };
  }

  static Optional<Verdict> read(KeyValueStore store, Repository repository) {
    return store
        .get(Table.REPOSITORIES, Keys.repository(repository))
        .flatMap(Corrupt.asAbsent(RepositoryVisibility::decode));
  }

  private static Change put(Repository repository, Verdict verdict) {
    return new Change.Put(Table.REPOSITORIES, Keys.repository(repository), encode(verdict));
  }

  static byte[] encode(Verdict verdict) {
    return RecordWriter.version(VERSION)
        .octet(verdict.everyone() ? 1 : 0)
        .instant(verdict.confirmedAt())
        .done();
  }

  static Verdict decode(byte[] value) {
    return RecordReader.read(
        value, VERSION, record -> new Verdict(record.flag(), record.instant()));
  }
}
