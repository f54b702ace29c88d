package dev.entrepot.cli.loadtest;

import dev.entrepot.loadtest.load.UpstreamBytes;
import java.util.Optional;
import java.util.OptionalLong;

/** What edges have fetched from upstreams since a load began. */
record Fetched(Optional<UpstreamBytes> upstream, long before) {

  /** From now on. */
  static Fetched from(Optional<UpstreamBytes> upstream) {
    return new Fetched(upstream, upstream.map(UpstreamBytes::read).orElse(0L));
  }

  /** Until now; empty when no edge was named. */
  OptionalLong bytes() {
    return upstream.map(it -> OptionalLong.of(it.read() - before)).orElse(OptionalLong.empty());
  }
}
