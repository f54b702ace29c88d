package dev.entrepot.loadtest.load.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.entrepot.loadtest.load.Comparison;
import dev.entrepot.loadtest.load.Metric;
import dev.entrepot.loadtest.load.Round;
import dev.entrepot.loadtest.load.Spread;
import dev.entrepot.loadtest.load.Target;
import dev.entrepot.loadtest.load.http.Endpoint;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Tells a load as one JSON object. Times are in milliseconds, sizes in bytes, and every name says
 * its unit.
 */
public final class JsonReport {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;

  private JsonReport(JsonGenerator json) {
    this.json = json;
  }

  /** Writes all of it and a newline; leaves the writer open. */
  public static void write(Report report, Writer out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      new JsonReport(json).report(report);
    }
    out.write('\n');
    out.flush();
  }

  private void report(Report report) throws IOException {
    json.writeStartObject();
    json.writeStringField("mode", report.mode());
    json.writeBooleanField("right", report.isRight());
    json.writeBooleanField("complete", report.isComplete());
    json.writeObjectFieldStart("settings");
    for (Map.Entry<String, String> setting : report.settings().entrySet()) {
      json.writeStringField(setting.getKey(), setting.getValue());
    }
    json.writeEndObject();
    switch (report) {
      case Report.OfLoad load -> load(load);
      case Report.OfComparison it -> comparison(it.comparison());
    }
    json.writeEndObject();
  }

  private void load(Report.OfLoad load) throws IOException {
    json.writeObjectFieldStart("target");
    target(load.target());
    json.writeEndObject();
    json.writeFieldName("figures");
    new FiguresJson(json).write(load.figures());
    if (load.upstreamBytes().isPresent()) {
      json.writeNumberField("upstreamBytes", load.upstreamBytes().getAsLong());
    }
  }

  private void comparison(Comparison comparison) throws IOException {
    json.writeFieldName("a");
    side(comparison.a(), comparison.roundsOfA());
    json.writeFieldName("b");
    side(comparison.b(), comparison.roundsOfB());
    json.writeObjectFieldStart("ratiosOfBToA");
    for (Metric metric : Metric.values()) {
      spread(metric, comparison.ratio(metric));
    }
    json.writeEndObject();
  }

  private void side(Target target, List<Round> rounds) throws IOException {
    json.writeStartObject();
    target(target);
    json.writeObjectFieldStart("metrics");
    for (Metric metric : Metric.values()) {
      spread(metric, Comparison.spread(metric, rounds));
    }
    json.writeEndObject();
    json.writeArrayFieldStart("rounds");
    for (Round round : rounds) {
      round(round);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void target(Target target) throws IOException {
    json.writeStringField("name", target.name());
    json.writeArrayFieldStart("urls");
    for (Endpoint endpoint : target.endpoints()) {
      json.writeString(endpoint.toString());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("pids");
    for (long pid : target.pids()) {
      json.writeNumber(pid);
    }
    json.writeEndArray();
  }

  private void round(Round round) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("metrics");
    for (Metric metric : Metric.values()) {
      OptionalDouble value = metric.of(round);
      if (value.isPresent()) {
        json.writeNumberField(name(metric), value.getAsDouble());
      }
    }
    json.writeEndObject();
    if (round.use().isPresent()) {
      use(round.use().get());
    }
    json.writeFieldName("figures");
    new FiguresJson(json).write(round.figures());
    json.writeEndObject();
  }

  private void use(Round.Use use) throws IOException {
    json.writeObjectFieldStart("server");
    json.writeNumberField("cpuSeconds", use.cpuSeconds());
    json.writeNumberField("rssBytes", use.rss());
    json.writeNumberField("rssAnonBytes", use.rssAnon());
    json.writeEndObject();
  }

  private void spread(Metric metric, Optional<Spread> spread) throws IOException {
    if (spread.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart(name(metric));
    json.writeNumberField("median", spread.get().median());
    json.writeNumberField("least", spread.get().least());
    json.writeNumberField("most", spread.get().most());
    json.writeEndObject();
  }

  private static String name(Metric metric) {
    return metric.label() + ", " + metric.unit();
  }
}
