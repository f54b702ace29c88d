package dev.entrepot.edge.upstream;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an upstream says of our pull quota, as Docker Hub writes it: {@code ratelimit-limit:
 * 100;w=21600}.
 *
 * @param reset the rest of the window if said, else the window
 */
record Quota(OptionalLong limit, OptionalLong remaining, Optional<Duration> reset) {

  /** Empty when the answer says nothing of it. */
  static Optional<Quota> of(Reply reply) {
    Optional<String> limit = reply.header("RateLimit-Limit");
    Optional<String> remaining = reply.header("RateLimit-Remaining");
    if (limit.isEmpty() && remaining.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> reset =
        reply
            .header("RateLimit-Reset")
            .flatMap(Quota::seconds)
            .or(() -> remaining.flatMap(Quota::window))
            .or(() -> limit.flatMap(Quota::window));
    return Optional.of(new Quota(count(limit), count(remaining), reset));
  }

  private static OptionalLong count(Optional<String> header) {
    return header.map(text -> Numbers.parse(text.split(";", 2)[0])).orElse(OptionalLong.empty());
  }

  private static Optional<Duration> window(String text) {
    int at = text.indexOf(";w=");
    return at < 0 ? Optional.empty() : seconds(text.substring(at + 3));
  }

  private static Optional<Duration> seconds(String text) {
    return Numbers.parse(text).stream().mapToObj(Duration::ofSeconds).findFirst();
  }
}
