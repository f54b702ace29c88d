package dev.entrepot.edge.upstream;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Is told what happens at upstreams, to count it. Called on event loops: must not block nor throw.
 */
public interface UpstreamObserver {

  /** What was asked for. */
  enum Kind {
    MANIFEST,
    BLOB,
    TAGS,
    REFERRERS,
    TOKEN
  }

  /** State of the circuit to one host. */
  enum Circuit {
    CLOSED,
    OPEN,
    PROBING
  }

  /** A request was answered with that status; each hop and each token counts. */
  default void answered(String upstream, Kind kind, int status, Duration took) {}

  /** A request got no answer: no connection, no name, no headers in time. */
  default void unanswered(String upstream, Kind kind) {}

  /** That many bytes of a body have arrived. */
  default void received(String upstream, Kind kind, long bytes) {}

  /** The upstream told us its quota: pulls per window, those left, and when it starts anew. */
  default void quota(
      String upstream, OptionalLong limit, OptionalLong remaining, Optional<Duration> reset) {}

  /** The circuit to {@code host:port} has changed. */
  default void circuit(String upstream, String host, Circuit state) {}

  /** Nobody watches. */
  UpstreamObserver NONE = new UpstreamObserver() {};
}
