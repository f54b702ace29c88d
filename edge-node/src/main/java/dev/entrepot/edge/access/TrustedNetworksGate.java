package dev.entrepot.edge.access;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.PullRequest;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * Lets trusted networks pull, without credentials, what everyone may read at the upstream. What a
 * client sends as {@code Authorization} counts for nothing here.
 */
public final class TrustedNetworksGate implements Gate {
  private static final String SENTENCE =
      "this address may not pull here; access.trusted-networks lists the networks that may";

  private final Predicate<InetAddress> trustedNetworks;
  private final Visibility visibility;

  public TrustedNetworksGate(Predicate<InetAddress> trustedNetworks, Visibility visibility) {
    this.trustedNetworks = trustedNetworks;
    this.visibility = visibility;
  }

  @Override
  public Future<Void> greet(Caller caller) {
    return trusted(caller) ? Future.succeededFuture() : forbidden();
  }

  @Override
  public Future<Permit> admit(Caller caller, PullRequest.OfRepository asked) {
    return trusted(caller)
        ? visibility.isPublic(asked).compose(it -> permit(asked, it))
        : forbidden();
  }

  private boolean trusted(Caller caller) {
    return caller.client().filter(trustedNetworks).isPresent();
  }

  private static Future<Permit> permit(PullRequest.OfRepository asked, boolean everyone) {
    return everyone
        ? Future.succeededFuture(new Permit(asked.repository(), true))
        : Future.failedFuture(new Failure.Denied(asked.repository()).asException());
  }

  private static <T> Future<T> forbidden() {
    return Future.failedFuture(new Failure.Forbidden(SENTENCE).asException());
  }
}
