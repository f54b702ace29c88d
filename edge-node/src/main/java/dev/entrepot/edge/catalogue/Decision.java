package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import java.time.Duration;
import java.util.Optional;

/** What to do about a question whose last answer may still hold. */
sealed interface Decision {

  /** Give the answer that is held. */
  record Serve(Age age) implements Decision {}

  /** Give the answer that is held, and ask the upstream behind the client's back. */
  record ServeAndRefresh(Age age) implements Decision {}

  /**
   * Ask the upstream.
   *
   * @param fallback the held answer that may be given when the upstream fails, or has not answered
   *     within a patience; empty when there is none, or when it is too old
   */
  record Ask(Optional<Fallback> fallback) implements Decision {}

  /** Fail without asking. */
  record Refuse(Failure failure) implements Decision {}

  /**
   * How old a held answer is.
   *
   * @param since the time since the upstream confirmed it
   * @param stale whether that is longer than it counts as fresh
   */
  record Age(Duration since, boolean stale) {}

  /** A stale answer to give after waiting for a better one. */
  record Fallback(Age age, Duration patience) {}
}
