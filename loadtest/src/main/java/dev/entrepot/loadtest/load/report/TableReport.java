package dev.entrepot.loadtest.load.report;

import dev.entrepot.loadtest.load.Comparison;
import dev.entrepot.loadtest.load.Figures;
import dev.entrepot.loadtest.load.Latencies;
import dev.entrepot.loadtest.load.Metric;
import dev.entrepot.loadtest.load.Round;
import dev.entrepot.loadtest.load.Span;
import dev.entrepot.loadtest.load.Spread;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tells a load as a table. */
public final class TableReport {
  private static final String NOTHING = "-";
  private static final double SECOND = 1e9;

  /** Of the columns of a comparison; names may need more. */
  private static final int NARROWEST = 24;

  private final PrintWriter out;

  public TableReport(PrintWriter out) {
    this.out = out;
  }

  /** Prints all of it. */
  public void print(Report report) {
    out.println(report.mode());
    report.settings().forEach((name, value) -> line("  %-15s %s", name, value));
    out.println();
    switch (report) {
      case Report.OfLoad load -> print(load);
      case Report.OfComparison it -> print(it.comparison());
    }
    out.println();
    out.println(verdict(report));
    out.flush();
  }

  private static String verdict(Report report) {
    if (report.isInterrupted()) {
      return "interrupted; this is how far it came, and what was under way counts as failed";
    }
    if (report.isComplete()) {
      return report.isRight() ? "every pull was right" : "NOT every pull was right";
    }
    Figures.Pulls pulls = report.pulls();
    return (report.isRight()
            ? pulls.right() + " pulls were right, but "
            : "NOT every pull was right, and ")
        + pulls.notBegun()
        + " of "
        + pulls.due()
        + " that fell due were never begun: the server, or --clients, is too small for this rate";
  }

  private void print(Report.OfLoad load) {
    Figures figures = load.figures();
    amounts(figures);
    load.upstreamBytes().ifPresent(bytes -> upstream(bytes, figures.wire().contents()));
    out.println();
    latencies(figures);
    failures("", figures.failures());
  }

  private void upstream(long bytes, long contents) {
    String times =
        contents > 0 ? String.format(Locale.ROOT, "%.3f", (double) bytes / contents) : NOTHING;
    line("  %-15s %s; %s x the content", "from upstream", Amounts.bytes(bytes), times);
  }

  private void amounts(Figures figures) {
    Figures.Pulls pulls = figures.pulls();
    Figures.Hashes hashes = figures.hashes();
    Figures.Wire wire = figures.wire();
    line("  %-15s %s s", "elapsed", Amounts.number(figures.elapsed().toNanos() / SECOND));
    line(
        "  %-15s %d right, %d failed, %d due but not begun; %s/s",
        "pulls", pulls.right(), pulls.failed(), pulls.notBegun(), rate(figures.pullsPerSecond()));
    line("  %-15s %d; %s/s", "requests", wire.requests(), rate(figures.requestsPerSecond()));
    line(
        "  %-15s %s; %s/s",
        "body bytes", Amounts.bytes(wire.bytes()), Amounts.bytes(figures.bytesPerSecond()));
    line("  %-15s %s in distinct manifests and blobs", "content", Amounts.bytes(wire.contents()));
    line(
        "  %-15s %d right, %d wrong, %d without a digest to compare with",
        "hashes", hashes.right(), hashes.wrong(), hashes.unproved());
    line(
        "  %-15s %d opened, %d requests sent again after an idle one was closed; %d tokens",
        "connections", wire.connections(), wire.reopened(), wire.tokens());
  }

  private static String rate(double perSecond) {
    return Amounts.number(perSecond);
  }

  private void latencies(Figures figures) {
    String row = "  %-15s %9s %9s %9s %9s %9s %9s %9s";
    line(row, "latency", "count", "mean", "p50", "p90", "p99", "p99.9", "max");
    for (Span span : Span.values()) {
      Latencies times = figures.of(span);
      if (times.count() > 0) {
        line(
            row,
            span.label(),
            times.count(),
            Amounts.time(times.mean()),
            Amounts.time(times.at(50)),
            Amounts.time(times.at(90)),
            Amounts.time(times.at(99)),
            Amounts.time(times.at(99.9)),
            Amounts.time(times.max()));
      }
    }
  }

  private void failures(String whose, List<Figures.Failures> failures) {
    if (failures.isEmpty()) {
      return;
    }
    out.println();
    out.println("  failures" + whose);
    for (Figures.Failures kind : failures) {
      line("    %6d  %-19s such as: %s", kind.count(), kind.kind(), kind.sample());
    }
  }

  private void print(Comparison comparison) {
    String a = comparison.a().name();
    String b = comparison.b().name();
    String ratio = b + " / " + a;
    int width = Math.max(NARROWEST, ratio.length());
    String row = "  %-34s" + (" %" + width + "s").repeat(3);
    line(row, "median (range) over rounds", a, b, ratio);
    for (Metric metric : Metric.values()) {
      line(
          row,
          metric.label() + ", " + metric.unit(),
          cell(Comparison.spread(metric, comparison.roundsOfA())),
          cell(Comparison.spread(metric, comparison.roundsOfB())),
          cell(comparison.ratio(metric)));
    }
    line(row, "pulls right", right(comparison.roundsOfA()), right(comparison.roundsOfB()), "");
    line(row, "pulls failed", failed(comparison.roundsOfA()), failed(comparison.roundsOfB()), "");
    failuresOf(a, comparison.roundsOfA());
    failuresOf(b, comparison.roundsOfB());
  }

  private void failuresOf(String target, List<Round> rounds) {
    for (int number = 1; number <= rounds.size(); number++) {
      failures(
          " of " + target + " in round " + number, rounds.get(number - 1).figures().failures());
    }
  }

  private static String cell(Optional<Spread> spread) {
    return spread
        .map(it ->
            "%s (%s..%s)"
                .formatted(
                    Amounts.number(it.median()),
                    Amounts.number(it.least()),
                    Amounts.number(it.most())))
        .orElse(NOTHING);
  }

  private static String right(List<Round> rounds) {
    return Long.toString(rounds.stream().mapToLong(it -> it.figures().pulls().right()).sum());
  }

  private static String failed(List<Round> rounds) {
    return Long.toString(rounds.stream().mapToLong(it -> it.figures().pulls().failed()).sum());
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation is not among our dependencies
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
