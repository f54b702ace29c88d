package dev.entrepot.edge.access;

import dev.entrepot.common.oci.PullRequest;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Lets the other edges of the site pull anything: each of them has decided about its own client,
 * and has proved by its certificate, before this gate is asked, that it is one of them.
 */
public final class PeerGate implements Gate {
  @Override
  public Future<Void> greet(Caller caller) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Permit> admit(Caller caller, PullRequest.OfRepository asked) {
    return Future.succeededFuture(new Permit(asked.repository(), false, Optional.empty()));
  }
}
