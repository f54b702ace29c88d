package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.ManifestOrigin;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All upstreams, a closed set: what is not in it is never dialled. */
public final class Upstreams implements BlobOrigin, ManifestOrigin {
  private static final int KEEP_ALIVE_SECONDS = 60;
  private static final int MOST_HEADER_BYTES = 64 << 10;

  /** Hosts that one wildcard may come to stand for. */
  private static final int MOST_WILDCARD_HOSTS = 500;

  private final Map<String, Upstream> byName = new ConcurrentHashMap<>();
  private final List<UpstreamConfig> wildcards = new ArrayList<>();
  private final List<HttpClient> clients = new CopyOnWriteArrayList<>();
  private final Parts parts;

  /** What upstreams are made with. */
  public record Parts(
      Vertx vertx,
      UpstreamSettings settings,
      NameResolver resolver,
      InstantSource clock,
      RandomGenerator random,
      UpstreamObserver observer) {}

  public Upstreams(List<UpstreamConfig> configs, Parts parts) {
    this.parts = parts;
    for (UpstreamConfig config : configs) {
      if (config.isWildcard()) {
        wildcards.add(config);
      } else {
        byName.put(config.name(), assemble(config));
      }
    }
  }

  /** Whether an upstream has failed so often that it is left alone for the moment. */
  public boolean isAway(String name) {
    return Optional.ofNullable(byName.get(name)).filter(Upstream::isAway).isPresent();
  }

  /** Closes all connections. */
  public Future<Void> close() {
    return Future.join(clients.stream().map(HttpClient::close).toList()).mapEmpty();
  }

  @Override
  public Future<Long> size(Repository repository, Digest digest) {
    return route(repository, upstream -> upstream.size(repository, digest));
  }

  @Override
  public Future<Answer> fetch(Repository repository, Digest digest, Span span) {
    return route(repository, upstream -> upstream.fetch(repository, digest, span));
  }

  @Override
  public Future<Fetched> manifest(Repository repository, Reference reference) {
    return route(repository, upstream -> upstream.manifest(repository, reference));
  }

  @Override
  public Future<Current> current(
      Repository repository, Reference reference, Optional<Digest> known) {
    return route(repository, upstream -> upstream.current(repository, reference, known));
  }

  @Override
  public Future<Boolean> readableByAnyone(Repository repository, Probe probe) {
    return route(repository, upstream -> upstream.readableByAnyone(repository, probe));
  }

  @Override
  public Future<TagPage> tags(
      Repository repository, Optional<Integer> limit, Optional<String> last) {
    return route(repository, upstream -> upstream.tags(repository, limit, last));
  }

  @Override
  public Future<Fetched> referrers(Repository repository, Digest digest) {
    return route(repository, upstream -> upstream.referrers(repository, digest));
  }

  private <T> Future<T> route(Repository repository, Function<Upstream, Future<T>> ask) {
    Upstream upstream = find(repository.upstream());
    return upstream == null
        ? Future.failedFuture(new Failure.UnknownUpstream(repository.upstream()).asException())
        : ask.apply(upstream);
  }

  private @Nullable Upstream find(String name) {
    Upstream known = byName.get(name);
    if (known != null || byName.size() > MOST_WILDCARD_HOSTS) {
      return known;
    }
    return wildcards.stream()
        .filter(wildcard -> wildcard.covers(name))
        .findFirst()
        .map(wildcard -> byName.computeIfAbsent(name, _ -> assemble(wildcard.at(name))))
        .orElse(null);
  }

  private Upstream assemble(UpstreamConfig config) {
    List<Target> bases = config.urls().stream().map(url -> base(config, url.toString())).toList();
    Set<String> ownHosts = bases.stream().map(Target::host).collect(Collectors.toSet());
    boolean plain = bases.stream().anyMatch(base -> !base.tls());
    UpstreamSettings settings = parts.settings();
    Bodies bodies = new Bodies(config.name(), parts.vertx(), settings, parts.observer());
    Exchange exchange =
        new Exchange(
            config.name(),
            parts.vertx(),
            client(config),
            new Targets(parts.resolver(), config, ownHosts),
            settings);
    Tokens tokens =
        new Tokens(
            config.name(),
            settings,
            parts.clock(),
            ask -> tokenAnswer(exchange, bodies, ask, config));
    Realms realms = new Realms(ownHosts, config.tokenRealms(), plain);
    List<Mirror> mirrors =
        bases.stream()
            .map(base ->
                new Mirror(
                    config,
                    settings,
                    base,
                    realms,
                    exchange,
                    tokens,
                    parts.vertx(),
                    parts.clock(),
                    parts.random(),
                    parts.observer()))
            .toList();
    return new Upstream(config.name(), mirrors, bodies);
  }

  private Future<Tokens.Answer> tokenAnswer(
      Exchange exchange, Bodies bodies, Exchange.Ask ask, UpstreamConfig config) {
    return exchange
        .send(ask)
        .compose(received -> {
          parts.observer().answered(config.name(), UpstreamObserver.Kind.TOKEN, received.status());
          return bodies
              .whole(received, MOST_HEADER_BYTES)
              .map(body ->
                  new Tokens.Answer(received.status(), received.header("retry-after"), body));
        });
  }

  private static Target base(UpstreamConfig config, String url) {
    Target target =
        Target.parse(url)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "upstream " + config.name() + ": not an http or https URL"));
    return target.file().endsWith("/") ? target : target.at(target.file() + "/");
  }

  private HttpClient client(UpstreamConfig config) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout((int) parts.settings().connect().toMillis())
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setMaxHeaderSize(MOST_HEADER_BYTES)
            .setDecompressionSupported(false)
            .setVerifyHost(true);
    config
        .ca()
        .ifPresent(ca -> options.setTrustOptions(new PemTrustOptions().addCertPath(ca.toString())));
    HttpClient client =
        parts
            .vertx()
            .createHttpClient(options, new PoolOptions().setHttp1MaxSize(config.connections()));
    clients.add(client);
    return client;
  }
}
