package dev.entrepot.edge;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.edge.access.Entrance;
import dev.entrepot.edge.blob.BlobCache;
import dev.entrepot.edge.catalogue.CatalogueConfig;
import dev.entrepot.edge.catalogue.FreshnessRules;
import dev.entrepot.edge.cluster.HazelcastSite;
import dev.entrepot.edge.cluster.HintLimits;
import dev.entrepot.edge.cluster.Site;
import dev.entrepot.edge.http.Listener;
import dev.entrepot.edge.http.PeerDoor;
import dev.entrepot.edge.peer.PeerClient;
import dev.entrepot.edge.peer.PeerLimits;
import dev.entrepot.edge.peer.PeerTls;
import dev.entrepot.edge.peer.SiteBlobs;
import dev.entrepot.edge.peer.SiteManifests;
import dev.entrepot.edge.policy.enrol.NodeIdentity;
import dev.entrepot.edge.policy.enrol.Renewal;
import dev.entrepot.edge.upstream.Upstreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other edges of the site, as this edge asks them and is asked by them. */
final class Neighbours implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

  private final EdgeSettings.Cluster settings;
  private final Governance governance;
  private final InstantSource clock;
  private final Site site;
  private final Predicate<X509Certificate> edges;
  private final PeerClient client;
  private final SiteBlobs blobs;
  private final SiteManifests manifests;

  /**
   * Begins to look for the others. Blocks to read certificates.
   *
   * @throws Refusal when nothing says who this edge is
   */
  Neighbours(
      EdgeSettings.Cluster settings,
      Governance governance,
      CatalogueConfig rules,
      Upstreams upstreams,
      Vertx vertx,
      Scheduler scheduler,
      InstantSource clock,
      MeterBridge bridge) {
    this.settings = settings;
    this.governance = governance;
    this.clock = clock;
    this.edges = settings.peer().files().isPresent() ? _ -> true : governance.edges();
    PeerTls tls = tls();
    complainOfDates(tls);
    this.client = new PeerClient(vertx, tls, edges, PeerLimits.STANDARD, bridge);
    this.site = HazelcastSite.start(settings, HintLimits.STANDARD, scheduler, clock, bridge);
    this.blobs = new SiteBlobs(site, client, PeerLimits.STANDARD, upstreams);
    this.manifests =
        new SiteManifests(site, client, upstreams, lifetimes(rules), PeerLimits.STANDARD, clock);
  }

  private static SiteManifests.Lifetimes lifetimes(CatalogueConfig rules) {
    return new SiteManifests.Lifetimes() {
      @Override
      public Duration tag(Repository repository, Tag tag) {
        return rules.upstream(repository.upstream()).of(repository.path(), tag).tag();
      }

      @Override
      public Duration acceptable(Repository repository, Tag tag) {
        FreshnessRules of = rules.upstream(repository.upstream()).of(repository.path(), tag);
        return of.tag().plus(of.staleWhileRevalidate());
      }

      @Override
      public Duration negative(Repository repository, Reference reference) {
        return rules.upstream(repository.upstream()).of(repository.path(), reference).negative();
      }
    };
  }

  SiteBlobs blobs() {
    return blobs;
  }

  SiteManifests manifests() {
    return manifests;
  }

  /** What is answered for the others from {@code cache}, or brought to it for them. */
  PeerDoor.Answering answering(BlobCache cache) {
    return new PeerDoor.Answering() {
      @Override
      public boolean holds(PullRequest asked) {
        return asked instanceof PullRequest.Blob blob && cache.holds(blob.digest());
      }

      @Override
      public boolean brings(PullRequest asked) {
        return switch (asked) {
          case PullRequest.Blob blob -> cache.fills(blob.digest()) || blobs.isMine(blob.digest());
          case PullRequest.Manifest manifest ->
              manifests.isMine(manifest.repository(), manifest.reference());
          default -> false;
        };
      }
    };
  }

  /** Whose certificates are those of edges of this site. */
  Predicate<X509Certificate> edges() {
    return edges;
  }

  /** Where and how the others are served. */
  Listener listener() {
    return new Listener(
        EdgeConfig.literal(settings.peer().listen()),
        settings.peer().listen().port(),
        Optional.of(serving(tls())),
        Entrance.Challenge.NEVER,
        false);
  }

  /**
   * From now on a renewed certificate is shown to those who ask this edge and those whom it asks:
   * the node's own, or that in the files, whose authorities are read again too.
   *
   * @param door takes up what this edge shows at its door
   */
  void follow(DoorCertificates files, Function<ServerSSLOptions, Future<?>> door) {
    Supplier<Future<?>> renew =
        () -> {
          PeerTls now = tls();
          client.use(now);
          return door.apply(serving(now));
        };
    settings
        .peer()
        .files()
        .ifPresentOrElse(
            it ->
                files.add(
                    it.certificate(), it.key(), Optional.of(it.authorities()), _ -> renew.get()),
            () -> governance.node().ifPresent(node -> node.onRenewed(_ -> renewed(renew))));
  }

  private static void renewed(Supplier<Future<?>> renew) {
    renew
        .get()
        .onFailure(why -> LOG.warn("the renewed certificate cannot be served to edges", why));
  }

  private static ServerSSLOptions serving(PeerTls tls) {
    return Listener.tls(tls.pair())
        .setClientAuth(ClientAuth.REQUIRED)
        .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(tls.authorities())));
  }

  private PeerTls tls() {
    Optional<NodeIdentity> node = governance.node().map(Renewal::current);
    return settings
        .peer()
        .files()
        .map(it -> tls(it.certificate(), it.key(), it.authorities()))
        .or(() -> node.map(it -> tls(it.certificate(), it.key(), it.authorities())))
        .orElseThrow(() ->
            new Refusal(
                "cluster: edges know each other by certificates: join a control plane"
                    + " (control-plane.url), or give cluster.peer.tls"));
  }

  private Path certificate() {
    return settings
        .peer()
        .files()
        .map(EdgeSettings.PeerTls::certificate)
        .or(() -> governance.node().map(it -> it.current().certificate()))
        .orElseThrow();
  }

  /** One that has ended, or that a wrong clock takes for one, is no reason not to serve clients. */
  private void complainOfDates(PeerTls tls) {
    PemPair.wrongDates(certificate(), tls.pair().certificate(), clock.instant())
        .ifPresent(why -> LOG.warn("{}; until then the other edges are not heard", why));
  }

  private PeerTls tls(Path certificate, Path key, Path authorities) {
    try {
      return new PeerTls(PemPair.readOfAnyDate(certificate, key), Files.readAllBytes(authorities));
    } catch (IOException e) {
      throw new Refusal("cannot read " + authorities + ": make it readable for this user", e);
    }
  }

  @Override
  public void close() {
    site.close();
    client.close();
  }
}
