package dev.entrepot.edge.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.entrepot.common.config.UpstreamNaming;
import dev.entrepot.common.failure.Failure.Overloaded;
import dev.entrepot.common.failure.Failure.UnknownUpstream;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All upstreams that there are: a closed set. Names are looked up in it, never dialled. Clients are
 * made when first needed.
 */
public final class Upstreams implements BlobOrigin, ManifestOrigin {
  /**
   * Hosts of wildcards that are spoken to at most, as anybody can make names up for them; those
   * that are configured by name are not touched by that.
   */
  private static final int MOST_COVERED = 1000;

  /** A host of a wildcard that nobody has asked for so long is forgotten. */
  private static final Duration IDLE = Duration.ofHours(1);

  private final Vertx vertx;
  private final List<UpstreamConfig> configs;
  private final Map<String, UpstreamConfig> byName;
  private final UpstreamSettings settings;
  private final InstantSource clock;
  private final UpstreamObserver observer;
  private final NameResolver resolver;
  private final Map<String, UpstreamClient> clients = new ConcurrentHashMap<>();
  private final Cache<String, UpstreamClient> covered;

  /**
   * Upstreams whose names the machine resolves.
   *
   * @throws IllegalArgumentException when two share a name or alias
   */
  public Upstreams(
      Vertx vertx,
      List<UpstreamConfig> configs,
      UpstreamSettings settings,
      InstantSource clock,
      UpstreamObserver observer) {
    this(vertx, configs, settings, clock, observer, new SystemNameResolver(vertx));
  }

  /** Upstreams with another way to resolve names. */
  public Upstreams(
      Vertx vertx,
      List<UpstreamConfig> configs,
      UpstreamSettings settings,
      InstantSource clock,
      UpstreamObserver observer,
      NameResolver resolver) {
    this.vertx = vertx;
    this.configs = List.copyOf(configs);
    this.byName = index(configs);
    this.settings = settings;
    this.clock = clock;
    this.observer = observer;
    this.resolver = resolver;
    this.covered =
        Caffeine.newBuilder()
            .expireAfterAccess(IDLE)
            .executor(Runnable::run)
            .removalListener(
                (@Nullable String _, @Nullable UpstreamClient gone, RemovalCause _) -> end(gone))
            .build();
  }

  private static void end(@Nullable UpstreamClient gone) {
    if (gone != null) {
      var _ = gone.close();
    }
  }

  private static Map<String, UpstreamConfig> index(List<UpstreamConfig> configs) {
    Map<String, UpstreamConfig> index = new HashMap<>();
    for (UpstreamConfig config : configs) {
      claim(index, config.name(), config);
      config.aliases().forEach(alias -> claim(index, alias, config));
    }
    return Map.copyOf(index);
  }

  private static void claim(Map<String, UpstreamConfig> index, String name, UpstreamConfig config) {
    UpstreamConfig other = index.put(name, config);
    if (other != null && !other.name().equals(config.name())) {
      throw new IllegalArgumentException("two upstreams are called " + name);
    }
  }

  /** The upstream of that name or alias, or of a host that a wildcard covers. */
  public Optional<UpstreamConfig> find(String nameOrAlias) {
    UpstreamConfig known = byName.get(nameOrAlias);
    if (known != null && !known.isWildcard()) {
      return Optional.of(known);
    }
    return UpstreamNaming.find(byName.keySet(), nameOrAlias)
        .map(byName::get)
        .filter(config -> config.covers(nameOrAlias))
        .map(wildcard -> wildcard.at(nameOrAlias));
  }

  /** The one that answers names without a prefix. */
  public Optional<UpstreamConfig> defaultUpstream() {
    return configs.stream().filter(UpstreamConfig::isDefault).findFirst();
  }

  /** All of them, in configured order. */
  public List<UpstreamConfig> all() {
    return configs;
  }

  /** How an upstream is, without asking it; one that was never asked, or is unknown, is well. */
  public UpstreamHealth health(String upstream) {
    return find(upstream)
        .flatMap(config -> Optional.ofNullable(known(config.name())))
        .map(UpstreamClient::health)
        .orElseGet(() -> new UpstreamHealth(false, Optional.empty(), OptionalLong.empty()));
  }

  /** Closes all connections; what is under way fails. */
  public Future<Void> close() {
    Future<Void> names =
        resolver instanceof SystemNameResolver system ? system.close() : Future.succeededFuture();
    List<UpstreamClient> all = new ArrayList<>(clients.values());
    all.addAll(covered.asMap().values());
    return Future.join(all.stream().map(UpstreamClient::close).toList())
        .<Void>mapEmpty()
        .eventually(() -> names);
  }

  @Override
  public Future<Long> size(Repository repository, Digest digest) {
    return at(repository, client -> client.size(repository, digest));
  }

  @Override
  public Future<Answer> fetch(Repository repository, Digest digest, Span span) {
    return at(repository, client -> client.fetch(repository, digest, span));
  }

  @Override
  public Future<Fetched> manifest(Repository repository, Reference reference) {
    return at(repository, client -> client.manifest(repository, reference));
  }

  @Override
  public Future<Current> current(
      Repository repository, Reference reference, Optional<Digest> known) {
    return at(repository, client -> client.current(repository, reference, known));
  }

  @Override
  public Future<Boolean> readableByAnyone(Repository repository, Probe probe) {
    return at(repository, client -> client.readableByAnyone(repository, probe));
  }

  @Override
  public Future<TagPage> tags(
      Repository repository, Optional<Integer> limit, Optional<String> last) {
    return at(repository, client -> client.tags(repository, limit, last));
  }

  @Override
  public Future<Fetched> referrers(Repository repository, Digest digest) {
    return at(repository, client -> client.referrers(repository, digest));
  }

  private <T> Future<T> at(Repository repository, Function<UpstreamClient, Future<T>> question) {
    Optional<UpstreamConfig> config = find(repository.upstream());
    if (config.isEmpty()) {
      return Future.failedFuture(new UnknownUpstream(repository.upstream()).asException());
    }
    if (byName.containsKey(config.get().name())) {
      return question.apply(clients.computeIfAbsent(config.get().name(), _ -> open(config.get())));
    }
    if (covered.getIfPresent(config.get().name()) == null && isFull()) {
      return Future.failedFuture(
          new Overloaded("it speaks to as many hosts of wildcards as it may", IDLE).asException());
    }
    return question.apply(covered.get(config.get().name(), _ -> open(config.get())));
  }

  private boolean isFull() {
    if (covered.estimatedSize() < MOST_COVERED) {
      return false;
    }
    covered.cleanUp();
    return covered.estimatedSize() >= MOST_COVERED;
  }

  private @Nullable UpstreamClient known(String name) {
    UpstreamClient client = clients.get(name);
    return client == null ? covered.getIfPresent(name) : client;
  }

  private UpstreamClient open(UpstreamConfig config) {
    return UpstreamClient.open(vertx, config, settings, resolver, clock, observer);
  }
}
