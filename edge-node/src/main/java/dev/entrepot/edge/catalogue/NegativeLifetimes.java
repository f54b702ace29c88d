package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import java.time.Duration;

/**
 * How long a failed question is remembered, by the kind of failure, for one repository and
 * reference. "There is no such thing" has its lifetime from {@link FreshnessRules#negative}.
 *
 * @param denied the upstream refused (401, 403); default 10 s
 * @param busy the longest that a throttling upstream's {@code Retry-After} is honoured; default 60
 *     s
 * @param unreachable the upstream could not be reached or failed (5xx); default 1 s
 * @param timeout the upstream did not answer in time; default 5 s
 * @param lied the upstream sent what it should not; default 5 s
 */
public record NegativeLifetimes(
    Duration denied, Duration busy, Duration unreachable, Duration timeout, Duration lied) {

  public static final NegativeLifetimes DEFAULT =
      new NegativeLifetimes(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));

  /** How long this failure is remembered; zero for one that says nothing about the upstream. */
  Duration of(Failure failure, Duration missing) {
    return switch (failure) {
      case Failure.UnknownManifest _,
          Failure.UnknownBlob _,
          Failure.UnknownRepository _,
          Failure.UnsupportedByOrigin _ ->
          missing;
      case Failure.OriginDenied _ -> denied;
      case Failure.OriginBusy(_, Duration retryAfter) -> shorter(retryAfter, busy);
      case Failure.OriginUnreachable _ -> unreachable;
      case Failure.OriginTimeout _ -> timeout;
      case Failure.OriginLied _ -> lied;
      case Failure.Unreadable _,
          Failure.Unsupported _,
          Failure.Unauthenticated _,
          Failure.Denied _,
          Failure.Forbidden _,
          Failure.UnknownUpstream _,
          Failure.Overloaded _,
          Failure.Unforeseen _ ->
          Duration.ZERO;
    };
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
