package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.UpstreamBytes;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is put under load. */
final class TargetOptions {
  @Option(
      names = "--target",
      paramLabel = "URL",
      description =
          "A registry: http://HOST:PORT, with /PREFIX or ?ns=REGISTRY behind it where it"
              + " speaks for others. Repeat for several; clients are spread over them.")
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--metrics",
      paramLabel = "URL",
      description =
          "An edge's http://HOST:5080/metrics; repeat for every edge of the site. Tells"
              + " how often the content was fetched from upstream.")
  private List<String> metrics = new ArrayList<>();

  List<String> targets() {
    return targets;
  }

  /** The edges' counters; none if no edge was named. */
  Optional<UpstreamBytes> upstream() {
    return metrics.isEmpty()
        ? Optional.empty()
        : Optional.of(new UpstreamBytes(metrics.stream().map(TargetOptions::address).toList()));
  }

  private static URI address(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal("--metrics " + text + " is no address; write http://HOST:5080/metrics", e);
    }
  }
}
