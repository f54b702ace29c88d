package dev.entrepot.loadtest.load.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.entrepot.loadtest.load.Figures;
import dev.entrepot.loadtest.load.Latencies;
import dev.entrepot.loadtest.load.Span;
import java.io.IOException;

/** Writes the figures of one load. */
final class FiguresJson {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private final JsonGenerator json;

  FiguresJson(JsonGenerator json) {
    this.json = json;
  }

  void write(Figures figures) throws IOException {
    json.writeStartObject();
    json.writeNumberField("elapsedSeconds", figures.elapsed().toNanos() / NANOS_PER_SECOND);
    json.writeNumberField("pullsPerSecond", figures.pullsPerSecond());
    json.writeNumberField("requestsPerSecond", figures.requestsPerSecond());
    json.writeNumberField("bytesPerSecond", figures.bytesPerSecond());
    json.writeObjectFieldStart("pulls");
    json.writeNumberField("right", figures.pulls().right());
    json.writeNumberField("failed", figures.pulls().failed());
    json.writeNumberField("notBegun", figures.pulls().notBegun());
    json.writeEndObject();
    json.writeObjectFieldStart("hashes");
    json.writeNumberField("right", figures.hashes().right());
    json.writeNumberField("wrong", figures.hashes().wrong());
    json.writeNumberField("unproved", figures.hashes().unproved());
    json.writeEndObject();
    wire(figures.wire());
    json.writeObjectFieldStart("latencies");
    for (Span span : Span.values()) {
      json.writeFieldName(span.label());
      latencies(figures.of(span));
    }
    json.writeEndObject();
    failures(figures);
    json.writeEndObject();
  }

  private void wire(Figures.Wire wire) throws IOException {
    json.writeObjectFieldStart("wire");
    json.writeNumberField("requests", wire.requests());
    json.writeNumberField("bodyBytes", wire.bytes());
    json.writeNumberField("distinctContentBytes", wire.contents());
    json.writeNumberField("connections", wire.connections());
    json.writeNumberField("reopened", wire.reopened());
    json.writeNumberField("tokens", wire.tokens());
    json.writeEndObject();
  }

  private void latencies(Latencies times) throws IOException {
    json.writeStartObject();
    json.writeNumberField("count", times.count());
    if (times.count() > 0) {
      json.writeNumberField("meanMs", times.mean() / NANOS_PER_MILLI);
      json.writeNumberField("minMs", times.min() / NANOS_PER_MILLI);
      json.writeNumberField("maxMs", times.max() / NANOS_PER_MILLI);
      json.writeArrayFieldStart("percentiles");
      for (Latencies.Point point : times.points()) {
        json.writeStartObject();
        json.writeNumberField("percentile", point.percentile());
        json.writeNumberField("ms", point.nanos() / NANOS_PER_MILLI);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void failures(Figures figures) throws IOException {
    json.writeArrayFieldStart("failures");
    for (Figures.Failures kind : figures.failures()) {
      json.writeStartObject();
      json.writeStringField("kind", kind.kind());
      json.writeNumberField("count", kind.count());
      json.writeStringField("sample", kind.sample());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
