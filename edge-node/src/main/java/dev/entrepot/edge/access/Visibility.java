package dev.entrepot.edge.access;

import dev.entrepot.common.oci.PullRequest;
import io.vertx.core.Future;

/** What the gate must know about repositories; the catalogue tells it. */
public interface Visibility {

  /**
   * Whether everyone may read the repository that is asked for. Answers from what is remembered,
   * and asks the upstream, without credentials, when it must. Fails like an origin when it cannot
   * tell.
   */
  Future<Boolean> isPublic(PullRequest.OfRepository asked);
}
