package dev.entrepot.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** What a test of this room needs: a Vert.x, origins, a clock, names, and an observer. */
final class World implements AutoCloseable, InstantSource, UpstreamObserver, NameResolver {
  static final UpstreamSettings QUICK =
      UpstreamSettings.DEFAULTS.with(
          new UpstreamRetries(3, Duration.ofMillis(1), Duration.ofMillis(5), 0.2, 10));

  final Vertx vertx = Vertx.vertx();
  final Map<String, String> names = new ConcurrentHashMap<>();
  final List<Circuit> circuits = new CopyOnWriteArrayList<>();
  final List<Quota> quotas = new CopyOnWriteArrayList<>();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final List<Upstreams> opened = new ArrayList<>();

  TestOrigin origin(Handler<HttpServerRequest> script) {
    return TestOrigin.start(vertx, script);
  }

  Upstreams open(UpstreamConfig... configs) {
    return open(QUICK, configs);
  }

  Upstreams open(UpstreamSettings settings, UpstreamConfig... configs) {
    Upstreams upstreams = new Upstreams(vertx, List.of(configs), settings, this, this, this);
    opened.add(upstreams);
    return upstreams;
  }

  void advance(Duration by) {
    now.updateAndGet(before -> before.plus(by));
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public Future<List<InetAddress>> resolve(String host) {
    try {
      String address = names.get(host);
      return address == null
          ? Future.failedFuture(new UnknownHostException(host))
          : Future.succeededFuture(List.of(InetAddress.getByName(address)));
    } catch (UnknownHostException e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public void circuit(String upstream, String host, Circuit state) {
    circuits.add(state);
  }

  @Override
  public void quota(
      String upstream, OptionalLong limit, OptionalLong remaining, Optional<Duration> reset) {
    quotas.add(new Quota(limit, remaining, reset));
  }

  @Override
  public void close() {
    opened.forEach(upstreams -> TestOrigin.await(upstreams.close()));
    TestOrigin.await(vertx.close());
  }
}
