package dev.entrepot.edge;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.access.ClientAddress;
import dev.entrepot.edge.access.ContainerGateways;
import dev.entrepot.edge.access.PeerGate;
import dev.entrepot.edge.access.PolicyGate;
import dev.entrepot.edge.access.TokenVerifier;
import dev.entrepot.edge.access.TrustedNetworks;
import dev.entrepot.edge.blob.BlobCache;
import dev.entrepot.edge.catalogue.CatalogueRoom;
import dev.entrepot.edge.catalogue.PinnedImages;
import dev.entrepot.edge.http.AccessLog;
import dev.entrepot.edge.http.PeerDoor;
import dev.entrepot.edge.http.PullLog;
import dev.entrepot.edge.http.RegistryDoor;
import dev.entrepot.edge.http.RegistryServer;
import dev.entrepot.edge.http.SideDoor;
import dev.entrepot.edge.ops.AdminServer;
import dev.entrepot.edge.ops.Meters;
import dev.entrepot.edge.ops.ObserveServer;
import dev.entrepot.edge.ops.Readiness;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.store.FixedDiskRoom;
import dev.entrepot.edge.store.RocksStore;
import dev.entrepot.edge.store.StoreConfig;
import dev.entrepot.edge.upstream.Upstreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts list of an edge: every part made once, handed what it needs, closed in reverse. */
final class EdgeAssembly {
  /** Event loops of each door. */
  static final int LOOPS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private static final Logger LOG = LoggerFactory.getLogger(EdgeAssembly.class);

  private final RocksStore store;
  private final FixedDiskRoom disk;
  private final ExecutorService lanes;
  private final Vertx vertx;
  private final Meters meters;
  private final MeterBridge bridge;
  private final Capacity capacity;
  private final Governance governance;
  private final BlobCache blobs;
  private final RegistryServer registry;
  private final Optional<Neighbours> neighbours;
  private final Optional<RegistryServer> peers;
  private final DoorCertificates certificates;
  private final ObserveServer observe;
  private final AdminServer admin;
  private volatile Optional<String> notReady = Optional.of("starting");

  /** Opens the store and puts the rooms together; listens nowhere yet. Blocks. */
  static EdgeAssembly open(EdgeSettings settings, Optional<LocalControl> local) {
    StoreConfig storing = storing(settings.storage());
    RocksStore store = RocksStore.open(storing);
    try {
      return new EdgeAssembly(settings, local, storing, store);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private EdgeAssembly(
      EdgeSettings settings, Optional<LocalControl> local, StoreConfig storing, RocksStore store) {
    EdgeConfig config = new EdgeConfig(settings, System.getenv());
    Path directory = settings.storage().directory();
    InstantSource clock = InstantSource.system();
    RandomGenerator random = new SecureRandom();
    this.store = store;
    this.capacity = Capacity.of(settings.storage(), store.keyValues(), store.cells().bytesOnDisk());
    this.disk = new FixedDiskRoom(storing.diskThreads(), storing.diskQueue());
    this.lanes =
        Executors.newFixedThreadPool(
            LOOPS, Thread.ofPlatform().daemon().name("fill-", 1).factory());
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    this.meters = new Meters();
    this.bridge = new MeterBridge(meters);
    Scheduler scheduler = new VertxScheduler(vertx);
    this.governance = Governance.of(settings, local, clock, scheduler);
    Upstreams upstreams =
        new Upstreams(vertx, config.upstreams(), config.patience(), clock, bridge);
    this.neighbours =
        settings
            .cluster()
            .map(it ->
                new Neighbours(
                    it,
                    governance,
                    config.catalogue(),
                    upstreams,
                    vertx,
                    scheduler,
                    clock,
                    bridge));
    BlobOrigin blobOrigin = neighbours.<BlobOrigin>map(Neighbours::blobs).orElse(upstreams);
    ManifestOrigin manifestOrigin =
        neighbours.<ManifestOrigin>map(Neighbours::manifests).orElse(upstreams);
    ConfiguredNames names = new ConfiguredNames(upstreams);
    PinnedImages pins = new PinnedImages(config.pins(names), store.keyValues());
    this.blobs =
        BlobCache.open(
            config.blobs(capacity),
            new BlobCache.Ports(
                blobOrigin,
                store.keyValues(),
                store.cells(),
                disk,
                scheduler,
                clock,
                random,
                () -> Capacity.freeBytes(directory),
                pins::isPinned,
                kept(),
                config.connectionsPerFill(),
                lanes));
    CatalogueRoom catalogue =
        CatalogueRoom.assemble(
            config.catalogue(),
            new CatalogueRoom.Ports(
                manifestOrigin, blobOrigin, store.keyValues(), disk, scheduler, clock, pins));
    Predicate<InetAddress> proxies = among(config.trustedProxies());
    this.registry =
        new RegistryServer(
            vertx,
            new RegistryDoor(
                names,
                new ClientAddress(proxies),
                new PolicyGate(
                    new TrustedNetworks(
                        config.trustedNetworks(), ContainerGateways.find(Path.of("/"))),
                    governance.policies(),
                    new TokenVerifier(vertx, clock),
                    catalogue.visibility(),
                    governance.realmIsHost()),
                catalogue.catalogue(),
                blobs,
                config.doorLimits(),
                config.doorTimeouts(),
                governance.tokens(),
                List.of(bridge, new AccessLog(), new PullLog(scheduler, clock, PullLog.QUIET))),
            config.doorLimits(),
            config.doorTimeouts(),
            proxies);
    this.peers =
        neighbours.map(it ->
            new RegistryServer(
                vertx,
                new PeerDoor(
                    new RegistryDoor(
                        names,
                        new ClientAddress(_ -> false),
                        new PeerGate(),
                        catalogue.catalogue(),
                        blobs,
                        config.doorLimits(),
                        config.doorTimeouts(),
                        Optional.empty(),
                        List.of()),
                    names,
                    config.doorLimits(),
                    it.edges(),
                    it.answering(blobs)),
                config.doorLimits(),
                config.doorTimeouts(),
                _ -> true));
    this.certificates =
        new DoorCertificates(vertx, settings.timeouts().certificateCheck(), clock)
            .add(settings.listen().registry(), registry);
    this.observe =
        new ObserveServer(
            vertx,
            requests -> SideDoor.open(vertx, config.doorTimeouts(), requests),
            this::readiness,
            meters);
    this.admin =
        new AdminServer(
            vertx, Optional.empty(), this::status, local.map(it -> it.operator().apply(vertx)));
    bridge.bind(blobs, capacity.bytes(), disk);
    governance.bind(meters);
  }

  /** A blob that comes to be held is told to the site. */
  private Consumer<Digest> kept() {
    return neighbours.<Consumer<Digest>>map(it -> it.blobs()::kept).orElse(_ -> {});
  }

  private static Predicate<InetAddress> among(List<Cidr> networks) {
    return address -> networks.stream().anyMatch(network -> network.contains(address));
  }

  /** From now on, or no more, clients should be sent here. */
  void traffic(Optional<String> whyNot) {
    notReady = whyNot;
  }

  /** From now on the doors follow their certificates' files, and the edge its control plane. */
  void follow() {
    neighbours.ifPresent(
        it -> it.follow(certificates, serving -> peers.orElseThrow().certificate(0, serving)));
    certificates.watch();
    governance.start();
  }

  int running() {
    return bridge.running();
  }

  Capacity capacity() {
    return capacity;
  }

  private Readiness readiness() {
    return notReady
        .or(governance::notReady)
        .map(why -> new Readiness(List.of(why)))
        .orElseGet(Readiness::ready);
  }

  /** Opens the door for the other edges, if there are any; gives its port. */
  Future<Integer> listenForPeers() {
    return neighbours
        .map(it -> peers.orElseThrow().listen(List.of(it.listener()), LOOPS).map(List::getFirst))
        .orElseGet(() -> Future.succeededFuture(0));
  }

  RegistryServer registry() {
    return registry;
  }

  ObserveServer observe() {
    return observe;
  }

  AdminServer admin() {
    return admin;
  }

  /** Ends everything: doors, then rooms, then the store. */
  void close(Duration most) {
    certificates.stop();
    governance.close();
    neighbours.ifPresent(Neighbours::close);
    try {
      Edge.await(vertx.close(), most);
    } catch (RuntimeException e) {
      LOG.warn("connections were still open at the end: {}", e.getMessage());
    }
    finish(lanes, most);
    disk.close();
    blobs.close();
    meters.close();
    store.close();
  }

  /** What fills have begun to write is finished; whoever does not come to an end is interrupted. */
  private static void finish(ExecutorService threads, Duration most) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(most.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException _) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static StoreConfig storing(EdgeSettings.Storage storage) {
    StoreConfig standard = StoreConfig.in(storage.directory());
    return new StoreConfig(
        standard.directory(),
        storage.mappedReads(),
        storage.recheckAfter(),
        standard.diskThreads(),
        standard.diskQueue(),
        standard.openCells());
  }

  private JsonObject status() {
    return new JsonObject()
        .put("capacity", capacity.bytes())
        .put("used", blobs.usedBytes())
        .put("fills", blobs.stats().fillsRunning())
        .put("requests", bridge.running())
        .put("ready", readiness().isReady());
  }
}
