package dev.entrepot.edge.access;

import dev.entrepot.common.oci.PullRequest;
import io.vertx.core.Future;

/**
 * Decides who may pull what. The decision needs nothing but the caller and the repository, never
 * whether anything is cached.
 */
public interface Gate {

  /** Lets a caller in at {@code /v2/}. Fails with {@code Unauthenticated} or {@code Forbidden}. */
  Future<Void> greet(Caller caller);

  /**
   * Lets a caller pull. Fails with {@code Unauthenticated}, {@code Forbidden} or {@code Denied}, or
   * like an origin when it must be asked whether the repository is public and cannot be.
   */
  Future<Permit> admit(Caller caller, PullRequest.OfRepository asked);
}
