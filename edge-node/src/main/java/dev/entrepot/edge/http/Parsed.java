package dev.entrepot.edge.http;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.PullRequest;
import java.util.Optional;

/** What a request target turned out to be. */
public sealed interface Parsed {

  /**
   * Something that can be asked for.
   *
   * @param namespace the value of {@code ns} as it was sent, to be answered in {@code
   *     OCI-Namespace}
   */
  record Asked(PullRequest request, Optional<String> namespace) implements Parsed {}

  /** Something that is wrong. */
  record Wrong(Failure failure) implements Parsed {}

  /** Well formed, but this registry has no such endpoint. */
  record NoEndpoint(String sentence) implements Parsed {}
}
