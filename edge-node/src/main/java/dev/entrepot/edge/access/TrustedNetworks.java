package dev.entrepot.edge.access;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.oci.PullRequest;
import io.vertx.core.Future;
import java.util.List;

/**
 * Lets anonymous callers of trusted networks pull what is public, and nobody else anything. A
 * credential that a caller sends is not looked at here: it is some other registry's.
 */
public final class TrustedNetworks implements Gate {
  private final List<Cidr> networks;
  private final Visibility visibility;

  public TrustedNetworks(List<Cidr> networks, Visibility visibility) {
    this.networks = List.copyOf(networks);
    this.visibility = visibility;
  }

  @Override
  public Future<Void> greet(Caller caller) {
    return isTrusted(caller) ? Future.succeededFuture() : Future.failedFuture(forbidden());
  }

  @Override
  public Future<Permit> admit(Caller caller, PullRequest.OfRepository asked) {
    if (!isTrusted(caller)) {
      return Future.failedFuture(forbidden());
    }
    return visibility
        .isPublic(asked)
        .compose(everyone ->
            everyone
                ? Future.succeededFuture(new Permit(asked.repository(), true))
                : Future.failedFuture(new Failure.Denied(asked.repository()).asException()));
  }

  private boolean isTrusted(Caller caller) {
    return caller
        .client()
        .filter(client -> networks.stream().anyMatch(network -> network.contains(client)))
        .isPresent();
  }

  private static RuntimeException forbidden() {
    return new Failure.Forbidden(
            "your address is in none of the networks that may pull here (access.trusted-networks)")
        .asException();
  }
}
