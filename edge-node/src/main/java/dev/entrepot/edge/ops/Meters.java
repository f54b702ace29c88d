package dev.entrepot.edge.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The meters of an edge. No tag carries a digest, a repository, a user or an address. */
public final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, AtomicLong> shown = new ConcurrentHashMap<>();
  private final JvmGcMetrics collections = new JvmGcMetrics();

  public Meters() {
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }

  /**
   * A request is over.
   *
   * @param kind what was asked for: ping, manifest, blob, tags, referrers or other
   * @param outcome success, aborted, or the kind of failure
   * @param cache one word for how the answer came about
   */
  public void request(String kind, String outcome, String cache, Duration took) {
    Timer.builder("entrepot_requests")
        .description("Requests of clients, by what was asked, how it ended and what the cache did")
        .tag("kind", kind)
        .tag("outcome", outcome)
        .tag("cache", cache)
        .register(registry)
        .record(took);
  }

  /** Body bytes went to a client. */
  public void served(String source, long bytes) {
    Counter.builder("entrepot_served_bytes")
        .description("Body bytes sent to clients, by where they came from")
        .tag("source", source)
        .register(registry)
        .increment((double) bytes);
  }

  /** An upstream has answered; status 0 when it has not. */
  public void upstreamRequest(String upstream, String kind, int status) {
    Counter.builder("entrepot_upstream_requests")
        .description("Requests to upstreams, by what was asked and the answer's status")
        .tag("upstream", upstream)
        .tag("kind", kind)
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }

  /** Body bytes came from an upstream. */
  public void upstreamBytes(String upstream, long bytes) {
    Counter.builder("entrepot_upstream_bytes")
        .description("Body bytes that came from upstreams")
        .tag("upstream", upstream)
        .register(registry)
        .increment((double) bytes);
  }

  /** A hint of the site was asked for, or could not be told. */
  public void hint(String kind, String outcome) {
    Counter.builder("entrepot_cluster_hints")
        .description("Hints that edges share, by what they are about and how it ended")
        .tag("kind", kind)
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  /** Another edge of the site was asked. */
  public void peer(String outcome) {
    Counter.builder("entrepot_peer_requests")
        .description("Requests to other edges of the site, by how they ended")
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  /** Body bytes came from another edge of the site. */
  public void peerBytes(long bytes) {
    Counter.builder("entrepot_peer_received_bytes")
        .description("Body bytes that came from other edges of the site")
        .register(registry)
        .increment((double) bytes);
  }

  /** An upstream has told of its quota: {@code limit}, {@code remaining}, {@code reset_seconds}. */
  public void quota(String upstream, String what, long value) {
    shown(upstream, "entrepot_upstream_quota_" + what, "The upstream's quota, as it last told")
        .set(value);
  }

  /** The circuit to an upstream has opened or closed. */
  public void circuit(String upstream, boolean open) {
    shown(upstream, "entrepot_upstream_circuit_open", "Whether the upstream is left alone")
        .set(open ? 1 : 0);
  }

  /**
   * Shows a count that somebody else keeps and that only grows; {@code name} without the prefix.
   */
  public void count(
      String name, String description, String tag, String tagged, Supplier<Number> value) {
    FunctionCounter.builder("entrepot_" + name, value, it -> it.get().doubleValue())
        .description(description)
        .tag(tag, tagged)
        .register(registry);
  }

  private AtomicLong shown(String upstream, String name, String description) {
    return shown.computeIfAbsent(
        name + " " + upstream,
        _ -> {
          AtomicLong value = new AtomicLong();
          Gauge.builder(name, value, AtomicLong::doubleValue)
              .description(description)
              .tag("upstream", upstream)
              .register(registry);
          return value;
        });
  }

  /** Shows a number that somebody else keeps; {@code name} without the prefix. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder("entrepot_" + name, value).description(description).register(registry);
  }

  /** Everything in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }
}
