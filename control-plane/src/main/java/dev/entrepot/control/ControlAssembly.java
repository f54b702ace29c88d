package dev.entrepot.control;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.control.ca.Authority;
import dev.entrepot.control.ca.EnrolmentService;
import dev.entrepot.control.ca.Facts;
import dev.entrepot.control.ca.JoinTokens;
import dev.entrepot.control.ca.Nodes;
import dev.entrepot.control.fleet.Bodies;
import dev.entrepot.control.fleet.ControlAdmin;
import dev.entrepot.control.fleet.ControlMeters;
import dev.entrepot.control.fleet.ControlObserve;
import dev.entrepot.control.fleet.ControlServer;
import dev.entrepot.control.fleet.ServerIdentity;
import dev.entrepot.control.fleet.StreamRules;
import dev.entrepot.control.keys.Installation;
import dev.entrepot.control.store.RocksControlStore;
import dev.entrepot.control.store.StateDirectory;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts list of a control plane with nodes; every part made once, closed in reverse. */
final class ControlAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(ControlAssembly.class);
  private static final int LOOPS = 2; // one for edges and clients, one for operators
  private static final Duration END = Duration.ofSeconds(10);

  private final RocksControlStore store;
  private final ControlState state;
  private final Authority authority;
  private final Nodes nodes;
  private final DoorIdentity identity;
  private final Vertx vertx;
  private final TokenRoom tokens;
  private final ControlMeters meters = new ControlMeters();
  private final Bodies bodies = new Bodies(Bodies.MOST);
  private final ControlServer server;
  private final ControlAdmin admin;
  private final ControlObserve observe;
  private final Upkeep upkeep = new Upkeep();
  private volatile Optional<String> notReady = Optional.of("starting");

  /** Opens the state and puts the rooms together; listens nowhere yet. Blocks. */
  static ControlAssembly open(ControlSettings settings, InstantSource clock, SecureRandom random) {
    StateDirectory directory = new StateDirectory(settings.directory());
    RocksControlStore store = directory.open();
    try {
      return new ControlAssembly(settings, directory, store, clock, random);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private ControlAssembly(
      ControlSettings settings,
      StateDirectory directory,
      RocksControlStore store,
      InstantSource clock,
      SecureRandom random) {
    this.store = store;
    this.nodes = new Nodes(store, clock);
    Installation installation = Installation.open(store, random);
    this.authority =
        Authority.openOrCreate(directory.authority(), installation.id(), clock, random);
    URI url = settings.listen().publicUrl();
    this.state =
        new ControlState(
            new ControlState.Base(
                store, installation, settings.decisions(), realm(url), clock, random),
            new ControlState.Members(nodes::edges, () -> List.of(authority.certificatePem())));
    this.identity = new DoorIdentity(settings.listen(), authority, clock);
    this.tokens =
        TokenRoom.open(settings.decisions(), state.signer(), clock, random, meters::token, bodies);
    JoinTokens joinTokens = new JoinTokens(store, clock, random, identity::reserved);
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    this.server = server(settings, joinTokens, clock);
    this.admin =
        new ControlAdmin(
            vertx,
            new ControlAdministration(
                new StateAdministration.Parts(store, directory, state, clock),
                new ControlAdministration.Membership(
                    authority, joinTokens, nodes, url, server::listeningEdges)));
    this.observe =
        new ControlObserve(vertx, () -> notReady.map(List::of).orElse(List.of()), meters::scrape);
    measure(clock);
  }

  private ControlServer server(ControlSettings settings, JoinTokens joinTokens, InstantSource now) {
    EnrolmentService enrolment =
        new EnrolmentService(
            authority, joinTokens, nodes, this::facts, settings.nodes(), now, state::publish);
    CurrentNodes current = new CurrentNodes(authority, state.installation().id());
    // Before the door's own subscription: it asks about each snapshot's nodes when it sends it.
    var _ = state.snapshots().subscribe(current);
    return new ControlServer(
        vertx,
        settings.limits(),
        StreamRules.STANDARD,
        new ControlServer.Ports(
            tokens.endpoint(),
            new Enrolling(enrolment),
            state.snapshots(),
            current,
            () -> List.of(authority.certificate()),
            bodies,
            now));
  }

  private Facts facts() {
    return new Facts(
        state.installation().id(),
        state.installation().snapshotKey(),
        state.snapshots().current().text(),
        identity.reserved());
  }

  private void measure(InstantSource clock) {
    meters.gauge("edges_listening", "Edges that listen for snapshots", server::listeningEdges);
    meters.count(
        "edges_dropped", "Edges hung up on because they took nothing", server::droppedEdges);
    meters.gauge("connections", "Connections of edges and clients", server::connections);
    meters.gauge(
        "unfinished_body_bytes",
        "Memory set aside for request bodies that have not ended",
        bodies::unfinished);
    meters.gauge(
        "snapshot_version",
        "The version of the current snapshot",
        () -> state.snapshots().current().version());
    meters.gauge(
        "key_age_seconds",
        "How long the current key has signed",
        () -> Duration.between(state.keys().activeSince(), clock.instant()).toSeconds());
  }

  /** The installation's state, apart from doors. */
  ControlState state() {
    return state;
  }

  Authority authority() {
    return authority;
  }

  ControlServer server() {
    return server;
  }

  ControlAdmin admin() {
    return admin;
  }

  ControlObserve observe() {
    return observe;
  }

  /** The certificate to begin with. */
  ServerIdentity identity() {
    return identity.first();
  }

  /** The doors are open: what is due by the clock is done from now on. */
  void begin() {
    upkeep.begin(() -> {
      state.upkeep();
      identity.changed().ifPresent(this::show);
    });
    notReady = Optional.empty();
  }

  /** Not ready any more; one word says why. */
  void notReady(String why) {
    notReady = Optional.of(why);
  }

  void close() {
    upkeep.close();
    try {
      var _ =
          vertx
              .close()
              .toCompletionStage()
              .toCompletableFuture()
              .get(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("the doors did not close in time: {}", e.toString());
    }
    tokens.close();
    meters.close();
    store.close();
  }

  private void show(ServerIdentity next) {
    server
        .update(next)
        .onSuccess(_ -> LOG.info("the door has a new certificate"))
        .onFailure(e -> LOG.warn("the door keeps its certificate: {}", e.getMessage()));
  }

  static URI realm(URI url) {
    String base = url.toString();
    return URI.create(
        (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/token");
  }
}
