package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.UpstreamBytes;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalLong;

/** What edges have fetched from upstreams since a load began. */
record Fetched(Optional<UpstreamBytes> upstream, long before) {

  /** From now on. */
  static Fetched from(Optional<UpstreamBytes> upstream) {
    return new Fetched(upstream, upstream.map(UpstreamBytes::read).orElse(0L));
  }

  /**
   * Until now; empty when no edge was named, or when one cannot say it any more. That is said, and
   * is no reason to keep the load's figures back.
   */
  OptionalLong bytes(PrintWriter err) {
    if (upstream.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long now = upstream.get().read();
      if (now >= before) {
        return OptionalLong.of(now - before);
      }
      err.println("entrepot: an edge has started anew; what came from upstream is not known");
    } catch (Refusal refusal) {
      err.println("entrepot: what came from upstream is not known: " + refusal.getMessage());
    }
    return OptionalLong.empty();
  }
}
