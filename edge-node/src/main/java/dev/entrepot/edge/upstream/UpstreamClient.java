package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.ManifestOrigin;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One upstream with its mirrors. Expects repositories of that upstream only. */
final class UpstreamClient implements BlobOrigin, ManifestOrigin {
  private final UpstreamConfig config;
  private final UpstreamSettings settings;
  private final Clients clients;
  private final Mirrors mirrors;
  private final Manifests manifests;
  private final Blobs blobs;
  private final Lists lists;

  private UpstreamClient(
      UpstreamConfig config,
      UpstreamSettings settings,
      Clients clients,
      Mirrors mirrors,
      Manifests manifests,
      Blobs blobs,
      Lists lists) {
    this.config = config;
    this.settings = settings;
    this.clients = clients;
    this.mirrors = mirrors;
    this.manifests = manifests;
    this.blobs = blobs;
    this.lists = lists;
  }

  /** Puts the parts together; connects to nothing yet. */
  static UpstreamClient open(
      Vertx vertx,
      UpstreamConfig config,
      UpstreamSettings settings,
      NameResolver resolver,
      InstantSource clock,
      UpstreamObserver observer) {
    Failures failures = new Failures(config.name());
    Bodies bodies = new Bodies(vertx, failures, settings, observer);
    Asks asks = new Asks(settings.userAgent());
    Clients clients = Clients.open(vertx, config, settings);
    UpstreamBounds bounds = settings.bounds();
    Mirrors mirrors =
        new Mirrors(
            vertx,
            sources(vertx, config, settings, resolver, clock, observer, bodies, asks, clients),
            failures);
    return new UpstreamClient(
        config,
        settings,
        clients,
        mirrors,
        new Manifests(asks, bodies, bounds.manifest(), failures),
        new Blobs(asks, bodies, failures),
        new Lists(asks, bodies, bounds, failures));
  }

  private static List<Source> sources(
      Vertx vertx,
      UpstreamConfig config,
      UpstreamSettings settings,
      NameResolver resolver,
      InstantSource clock,
      UpstreamObserver observer,
      Bodies bodies,
      Asks asks,
      Clients clients) {
    Failures failures = bodies.failures();
    UpstreamBounds bounds = settings.bounds();
    List<Target> bases =
        config.urls().stream().map(url -> Target.ofBase(url).orElseThrow()).toList();
    Reach reach =
        new Reach(
            bases.stream().map(Target::host).collect(Collectors.toSet()), config.privateNetworks());
    Breakers breakers = new Breakers(config.name(), settings, clock, observer);
    Wire wire =
        new Wire(vertx, config, settings, clients, resolver, reach, breakers, clock, observer);
    Hops hops = new Hops(vertx, wire, failures, bounds.redirects());
    Realms realms = new Realms(bases.getFirst(), reach, config.tokenRealms());
    RetryBudget budget = new RetryBudget(settings.retries());
    List<Source> sources = new ArrayList<>();
    for (Target base : bases) {
      Throttle throttle = new Throttle(bounds, clock, failures);
      Tokens tokens = new Tokens(hops, realms, asks, bodies, throttle, settings, clock, failures);
      Dance dance = new Dance(base, hops, tokens, bodies, bounds.remembered());
      sources.add(
          new Source(
              vertx,
              base,
              dance,
              throttle,
              breakers,
              budget,
              bodies,
              settings,
              observer,
              failures,
              config.credentials()));
    }
    return sources;
  }

  @Override
  public Future<Long> size(Repository repository, Digest digest) {
    return ask(
        config.limits().quotaWait(),
        (source, deadline) ->
            blobs.size(source, repository, digest, deadline, config.credentials()));
  }

  @Override
  public Future<Answer> fetch(Repository repository, Digest digest, Span span) {
    Deadline deadline = deadline();
    return mirrors.ask(
        deadline,
        config.limits().quotaWait(),
        source -> blobs.fetch(source, repository, digest, span, deadline, config.credentials()),
        late -> late.body().cancel());
  }

  @Override
  public Future<Fetched> manifest(Repository repository, Reference reference) {
    return ask(
        config.limits().quotaWait(),
        (source, deadline) ->
            manifests.get(source, repository, reference, config.credentials(), deadline));
  }

  @Override
  public Future<Current> current(
      Repository repository, Reference reference, Optional<Digest> known) {
    return ask(
        Duration.ZERO,
        (source, deadline) ->
            manifests.current(
                source, repository, reference, known, config.credentials(), deadline));
  }

  @Override
  public Future<TagPage> tags(
      Repository repository, Optional<Integer> limit, Optional<String> last) {
    return ask(
        Duration.ZERO,
        (source, deadline) ->
            lists.tags(source, repository, limit, last, config.credentials(), deadline));
  }

  @Override
  public Future<Fetched> referrers(Repository repository, Digest digest) {
    return ask(
        Duration.ZERO,
        (source, deadline) ->
            lists.referrers(source, repository, digest, config.credentials(), deadline));
  }

  /**
   * Asks the source alone: a mirror may be open where the source is not. One that has no time for
   * those without an account may still tell by the tokens it gives them: Docker Hub answers 429 to
   * whoever shares an address with too many others, but its token service goes on.
   */
  @Override
  public Future<Boolean> readableByAnyone(Repository repository, Probe probe) {
    Deadline deadline = deadline();
    Source source = mirrors.source();
    return source
        .persist(deadline, () -> probe(source, repository, probe, deadline))
        .map(true)
        .recover(UpstreamClient::refusal)
        .recover(cause ->
            Source.busyFor(cause).isPresent()
                ? byToken(source, repository, cause)
                : Future.failedFuture(cause));
  }

  private static Future<Boolean> byToken(Source source, Repository repository, Throwable busy) {
    return source
        .givesTokensToAnyone(repository)
        .otherwise(false)
        .compose(gives -> gives ? Future.succeededFuture(true) : Future.failedFuture(busy));
  }

  private Future<?> probe(Source source, Repository repository, Probe probe, Deadline deadline) {
    Optional<Credentials> nobody = Optional.empty();
    return switch (probe) {
      case Probe.OfManifest(Reference reference) ->
          manifests.current(source, repository, reference, Optional.empty(), nobody, deadline);
      case Probe.OfBlob(Digest digest) ->
          blobs.sizeByOneByte(source, repository, digest, deadline, nobody);
      case Probe.OfTags() ->
          lists.tags(source, repository, Optional.of(1), Optional.empty(), nobody, deadline);
    };
  }

  private static Future<Boolean> refusal(Throwable cause) {
    return switch (PullException.failureOf(cause)) {
      case Failure.OriginDenied _,
          Failure.UnknownManifest _,
          Failure.UnknownBlob _,
          Failure.UnknownRepository _ ->
          Future.succeededFuture(false);
      default -> Future.failedFuture(cause);
    };
  }

  /** How it is, from what is remembered. */
  UpstreamHealth health() {
    return new UpstreamHealth(
        mirrors.all().stream().allMatch(Source::isOpen),
        mirrors.source().busyUntil(),
        mirrors.source().quotaRemaining());
  }

  Future<Void> close() {
    return clients.close();
  }

  private interface Asking<T> {
    Future<T> ask(Source source, Deadline deadline);
  }

  private <T> Future<T> ask(Duration quotaWait, Asking<T> asking) {
    Deadline deadline = deadline();
    Function<Source, Future<T>> bound = source -> asking.ask(source, deadline);
    return mirrors.ask(deadline, quotaWait, bound, _ -> {});
  }

  private Deadline deadline() {
    return Deadline.in(settings.timeouts().answer());
  }
}
