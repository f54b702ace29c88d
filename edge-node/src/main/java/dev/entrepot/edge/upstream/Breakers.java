package dev.entrepot.edge.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.InstantSource;

/** One breaker for each host that an upstream makes us speak to. */
final class Breakers {
  private final String upstream;
  private final UpstreamBreaker settings;
  private final InstantSource clock;
  private final UpstreamObserver observer;
  private final Cache<String, Breaker> hosts;

  Breakers(
      String upstream, UpstreamSettings settings, InstantSource clock, UpstreamObserver observer) {
    this.upstream = upstream;
    this.settings = settings.breaker();
    this.clock = clock;
    this.observer = observer;
    this.hosts = Caffeine.newBuilder().maximumSize(settings.bounds().remembered()).build();
  }

  Breaker of(Target target) {
    return hosts.get(target.authority(), this::create);
  }

  boolean isOpen(Target target) {
    return of(target).isOpen(clock.instant());
  }

  private Breaker create(String host) {
    return new Breaker(settings, state -> observer.circuit(upstream, host, state));
  }
}
