package dev.entrepot.edge.upstream;

/** Is told what goes on with the upstreams; for meters. */
public interface UpstreamObserver {
  /** Hears nothing. */
  UpstreamObserver NONE = new UpstreamObserver() {};

  /** What was asked for. */
  enum Kind {
    MANIFEST,
    BLOB,
    TAGS,
    REFERRERS,
    TOKEN
  }

  /** A request was answered; status 0 when it was not. */
  default void answered(String upstream, Kind kind, int status) {}

  /** Body bytes came. */
  default void received(String upstream, long bytes) {}

  /** The upstream told its quota ({@code RateLimit-Limit}, {@code RateLimit-Remaining}). */
  default void quota(String upstream, long limit, long remaining) {}

  /** A mirror's breaker opened or closed. */
  default void breaker(String upstream, boolean open) {}
}
