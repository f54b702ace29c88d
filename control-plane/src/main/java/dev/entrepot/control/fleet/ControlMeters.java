package dev.entrepot.control.fleet;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Supplier;

/** The meters of a control plane. No tag carries a repository, a user or an address. */
public final class ControlMeters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  public ControlMeters() {
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** A request for a token is over, or a token was signed; one word says which. */
  public void token(String outcome) {
    Counter.builder("entrepot_control_tokens")
        .description("Tokens, by what became of the request")
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  /** Shows a number that somebody else keeps; {@code name} without the prefix. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder("entrepot_control_" + name, value).description(description).register(registry);
  }

  /** The same for one that only grows. */
  public void count(String name, String description, Supplier<Number> value) {
    FunctionCounter.builder("entrepot_control_" + name, value, it -> it.get().doubleValue())
        .description(description)
        .register(registry);
  }

  /** Everything in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
