package dev.entrepot.edge;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.EdgeSettings.ControlLink;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.http.TokenHandler;
import dev.entrepot.edge.ops.Meters;
import dev.entrepot.edge.policy.Policy;
import dev.entrepot.edge.policy.PolicySource;
import dev.entrepot.edge.policy.SnapshotFeed;
import dev.entrepot.edge.policy.SnapshotKeeper;
import dev.entrepot.edge.policy.enrol.EdgeCertificates;
import dev.entrepot.edge.policy.enrol.Joining;
import dev.entrepot.edge.policy.enrol.NodeIdentity;
import dev.entrepot.edge.policy.enrol.Renewal;
import dev.entrepot.edge.policy.enrol.SnapshotStream;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Who tells this edge what to do: nobody, a control plane from afar, or one in this process. The
 * edge serves by the last thing it was told, and asks nobody with a request.
 */
final class Governance implements AutoCloseable {
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("policy").factory());
  private Optional<SnapshotKeeper> keeper = Optional.empty();
  private Optional<SnapshotFeed> feed = Optional.empty();
  private Optional<Renewal> renewal = Optional.empty();
  private Optional<TokenHandler> tokens = Optional.empty();
  private final boolean hasPublicUrl;

  private Governance(boolean hasPublicUrl) {
    this.hasPublicUrl = hasPublicUrl;
  }

  /** Joins if it must, and takes up what was kept; brings nothing yet. Blocks. */
  static Governance of(
      EdgeSettings settings,
      Optional<LocalControl> local,
      InstantSource clock,
      Scheduler scheduler) {
    Governance made = new Governance(settings.listen().publicUrl().isPresent());
    try {
      local.ifPresent(it -> made.within(it, clock));
      if (local.isEmpty()) {
        settings.control().ifPresent(it -> made.afar(it, names(settings), clock, scheduler));
      }
      made.keeper.ifPresent(SnapshotKeeper::load);
      return made;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  private void within(LocalControl local, InstantSource clock) {
    keeper =
        Optional.of(
            new SnapshotKeeper(
                local.installation(), local.snapshotKey(), Optional.empty(), clock, worker));
    feed = Optional.of(local.feed());
    tokens = Optional.of(local.tokens());
  }

  private void afar(
      ControlLink link, List<String> names, InstantSource clock, Scheduler scheduler) {
    SecureRandom random = new SecureRandom();
    NodeIdentity node = Joining.ensure(link, names, clock, random);
    Renewal renewing = new Renewal(node, link, names, clock, scheduler, worker, random);
    renewal = Optional.of(renewing);
    keeper =
        Optional.of(
            new SnapshotKeeper(
                node.installation(),
                node.snapshotKey(),
                Optional.of(node.snapshot()),
                clock,
                worker));
    feed = Optional.of(new SnapshotStream(link, renewing::current, clock, random));
  }

  /** What the certificate of this edge must be good for: the host of its peer door. */
  private static List<String> names(EdgeSettings settings) {
    return settings.cluster().map(it -> List.of(it.peer().url().getHost())).orElse(List.of());
  }

  /** Begins to bring what is new. */
  void start() {
    feed.ifPresent(it -> keeper.ifPresent(it::start));
    renewal.ifPresent(Renewal::start);
  }

  PolicySource policies() {
    return keeper.map(it -> (PolicySource) it).orElseGet(PolicySource::none);
  }

  /** Answers {@code /token} if this process does. */
  Optional<TokenHandler> tokens() {
    return tokens;
  }

  /**
   * Whether clients are sent for tokens to the host that they asked here. One that is set wins:
   * only it knows what stands before this edge, TLS for one.
   */
  boolean realmIsHost() {
    return tokens.isPresent() && !hasPublicUrl;
  }

  /** Who this edge is, and who it becomes. */
  Optional<Renewal> node() {
    return renewal;
  }

  /** Why clients should not be sent here yet. */
  Optional<String> notReady() {
    return keeper
        .filter(PolicySource::isAwaited)
        .map(_ -> "no snapshot of the control plane has come yet");
  }

  /**
   * Whose certificates are edges' of this installation; every one that is proved, if there is none.
   */
  Predicate<X509Certificate> edges() {
    return renewal
        .<Predicate<X509Certificate>>map(
            it -> new EdgeCertificates(it.current().installation(), policies()))
        .orElse(_ -> true);
  }

  void bind(Meters meters) {
    renewal.ifPresent(it ->
        meters.gauge(
            "node_certificate_expiry_timestamp_seconds",
            "When this edge's certificate ends, in seconds of Unix time",
            () -> it.current().certified().getNotAfter().toInstant().getEpochSecond()));
    keeper.ifPresent(it -> {
      meters.gauge(
          "snapshot_version",
          "Version of the control plane's snapshot that this edge goes by",
          () -> it.current().map(Policy::version).orElse(0L));
      meters.gauge(
          "snapshot_age_seconds",
          "Time since the control plane last confirmed it",
          () -> it.staleness().toSeconds());
      meters.gauge(
          "control_connected",
          "Whether the control plane can be heard (1) or not (0)",
          () -> it.isConnected() ? 1 : 0);
    });
  }

  @Override
  public void close() {
    renewal.ifPresent(Renewal::close);
    feed.ifPresent(SnapshotFeed::close);
    worker.shutdown();
  }
}
