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
import java.util.function.ToDoubleFunction;

/** All meters of an edge, by name. No tag carries a digest, a repository, a user or an address. */
public final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, AtomicLong> quotas = new ConcurrentHashMap<>();
  private final JvmGcMetrics collections = new JvmGcMetrics();

  public Meters() {
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** A client's request is over. */
  public void request(String kind, int status, String reason, String cache, long nanos) {
    Timer.builder("entrepot_requests")
        .description("Requests of clients, by what they were for and how they ended")
        .tag("kind", kind)
        .tag("status", Integer.toString(status))
        .tag("reason", reason)
        .tag("cache", cache)
        .serviceLevelObjectives(
            Duration.ofMillis(5),
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30))
        .register(registry)
        .record(Duration.ofNanos(nanos));
  }

  /** An upstream has answered; status 0 when it has not. */
  public void upstreamRequest(String upstream, String kind, int status) {
    Counter.builder("entrepot_upstream_requests")
        .description("Requests to upstreams, by what they were for and their answer")
        .tag("upstream", upstream)
        .tag("kind", kind)
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }

  /** Body bytes came from an upstream. */
  public void upstreamBytes(String upstream, long bytes) {
    Counter.builder("entrepot_upstream_bytes")
        .description("Bytes of bodies that came from upstreams")
        .baseUnit("bytes")
        .tag("upstream", upstream)
        .register(registry)
        .increment((double) bytes);
  }

  /** An upstream has told its quota. */
  public void quota(String upstream, long limit, long remaining) {
    quota(upstream, "entrepot_upstream_quota_limit").set(limit);
    quota(upstream, "entrepot_upstream_quota_remaining").set(remaining);
  }

  /** A value that is read when it is shown. */
  public <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  /** A count kept elsewhere that only grows. */
  public <T> void counter(
      String name,
      String description,
      String tag,
      String tagValue,
      T of,
      ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, of, value)
        .description(description)
        .tag(tag, tagValue)
        .register(registry);
  }

  /** Everything, in the text format of Prometheus. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }

  private AtomicLong quota(String upstream, String name) {
    return quotas.computeIfAbsent(
        name + upstream,
        _ -> {
          AtomicLong value = new AtomicLong();
          Gauge.builder(name, value, AtomicLong::doubleValue)
              .description("Requests of the upstream's quota, as it last told")
              .tag("upstream", upstream)
              .register(registry);
          return value;
        });
  }
}
