package dev.entrepot.common.failure;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import java.time.Duration;

/**
 * Every way a pull can end without its bytes. A closed list: a new failure does not compile until
 * the door has decided its answer. No text in here may hold a credential or a signed URL.
 */
public sealed interface Failure {

  // What the client asked is at fault.

  /** The request cannot be read; {@code detail} says what is wrong with it. */
  record Unreadable(OciErrorCode code, String detail) implements Failure {}

  /** A method or feature that a pull-through cache does not have, such as a push. */
  record Unsupported(String detail) implements Failure {}

  /** Who asks must first show a token; {@code challenge} is the {@code WWW-Authenticate} value. */
  record Unauthenticated(String challenge, String detail) implements Failure {}

  /** Who asks may not pull this repository here, or it is not known: the two look alike. */
  record Denied(Repository repository) implements Failure {}

  /** The address is not allowed to pull at all. */
  record Forbidden(String detail) implements Failure {}

  /** The name of an upstream that is not configured. */
  record UnknownUpstream(String name) implements Failure {}

  // It is not there: the upstream, or what we know of it, says so.

  /** The upstream has no such repository. */
  record UnknownRepository(Repository repository) implements Failure {}

  /** The repository has no such manifest. */
  record UnknownManifest(Repository repository, Reference reference) implements Failure {}

  /** The repository does not mention such a blob. */
  record UnknownBlob(Repository repository, Digest digest) implements Failure {}

  /** The upstream does not have this API (a 404 at {@code referrers}, for example). */
  record UnsupportedByOrigin(Repository repository, String what) implements Failure {}

  // The upstream could not or would not.

  /** The upstream refused us (401 or 403): no such repository, or not for our account. */
  record OriginDenied(Repository repository, String detail) implements Failure {}

  /** The upstream throttles (429), or its quota is used up; try again after {@code retryAfter}. */
  record OriginBusy(String upstream, Duration retryAfter) implements Failure {}

  /** The upstream cannot be reached, fails (5xx), or its circuit is open. */
  record OriginUnreachable(String upstream, String detail) implements Failure {}

  /** The upstream did not answer, or stopped sending, within a deadline. */
  record OriginTimeout(String upstream, String detail) implements Failure {}

  /** The upstream sent what it should not: wrong digest, wrong length, HTML for a manifest. */
  record OriginLied(String upstream, String detail) implements Failure {}

  // We could not.

  /** A limit of this edge is reached, or it is not ready; try again after {@code retryAfter}. */
  record Overloaded(String detail, Duration retryAfter) implements Failure {}

  /** A bug or a broken machine. */
  record Unforeseen(Throwable cause) implements Failure {}

  /** This failure as an exception without a stack trace. */
  default PullException asException() {
    return new PullException(this);
  }
}
