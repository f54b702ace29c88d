package dev.entrepot.edge.cluster;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Secret;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.cluster.ClusterObserver.Outcome;
import dev.entrepot.edge.cluster.Site.Kind;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Edges' sites on loopback, which know of each other's addresses from the beginning. */
final class Sites implements AutoCloseable {
  static final Secret SECRET = new Secret("a secret that is long enough");
  static final Duration SOON = Duration.ofSeconds(60);

  /** Quicker than in production where only the wait would be longer. */
  static final Pace PACE =
      new Pace(
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3));

  final List<Integer> ports;
  final Counts counts = new Counts();
  private final List<Site> sites = new ArrayList<>();
  private final ScheduledExecutorService timers =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  Sites(int number) {
    this.ports = freePorts(number);
  }

  /** How asking ended. */
  static final class Counts implements ClusterObserver {
    private final AtomicInteger[] asked = new AtomicInteger[Outcome.values().length];
    final AtomicInteger untold = new AtomicInteger();

    Counts() {
      for (int i = 0; i < asked.length; i++) {
        asked[i] = new AtomicInteger();
      }
    }

    int of(Outcome outcome) {
      return asked[outcome.ordinal()].get();
    }

    @Override
    public void members(int now) {}

    @Override
    public void asked(Kind kind, Outcome outcome) {
      asked[outcome.ordinal()].incrementAndGet();
    }

    @Override
    public void untold(Kind kind) {
      untold.incrementAndGet();
    }
  }

  static EdgeSettings.Cluster settings(int port, List<Integer> members, Secret secret) {
    ListenAddress peer = new ListenAddress("127.0.0.1", port == 65535 ? 1 : port + 1);
    return new EdgeSettings.Cluster(
        "entrepot",
        new ListenAddress("127.0.0.1", port),
        members.stream().map(it -> "127.0.0.1:" + it).toList(),
        secret,
        new EdgeSettings.Peer(peer, URI.create("https://" + peer), Optional.empty()));
  }

  Scheduler scheduler() {
    return (delay, task) -> {
      var timer = timers.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
      return () -> timer.cancel(false);
    };
  }

  HazelcastSite start(int index) {
    return start(index, SECRET);
  }

  HazelcastSite start(int index, Secret secret) {
    return start(settings(ports.get(index), ports, secret));
  }

  HazelcastSite start(EdgeSettings.Cluster settings) {
    HazelcastSite site =
        HazelcastSite.start(
            settings, HintLimits.STANDARD, PACE, scheduler(), InstantSource.system(), counts);
    sites.add(site);
    return site;
  }

  static void together(int number, HazelcastSite... sites) {
    for (HazelcastSite site : sites) {
      Eventually.within(SOON, number + " see each other", () -> site.members().size() == number);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Optional<String> ask(Site site, Kind kind, String key) {
    return await(site.hint(kind, key)).map(it -> new String(it, StandardCharsets.UTF_8));
  }

  /** Some time later it is so; each question may be late on a busy machine. */
  static void heard(Site site, Kind kind, String key, String value) {
    Eventually.within(
        SOON, key + " is known", () -> ask(site, kind, key).equals(Optional.of(value)));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static List<Integer> freePorts(int number) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < number; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    sites.forEach(Site::close);
    timers.shutdownNow();
  }
}
