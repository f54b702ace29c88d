package dev.entrepot.edge.access;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.edge.access.Entrance.Challenge;
import dev.entrepot.edge.policy.Policy;
import dev.entrepot.edge.policy.PolicySource;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides by the network and by the token.
 *
 * <pre>
 *   trusted network, no token of ours   what everyone may read at the upstream
 *   token of ours                       what it grants
 *   otherwise                           401 with where to get a token
 * </pre>
 *
 * A trusted client's {@code Authorization} for somebody else counts for nothing, unless the door
 * asks everybody. Without a control plane there are no tokens: networks decide alone. While one is
 * awaited nothing is opened. What is refused looks the same whether it exists or not.
 */
public final class PolicyGate implements Gate {
  private static final String NO_ADDRESS = "whose address cannot be known may not pull here";
  private static final String AWAITED =
      "its control plane has not told it yet who may pull; ask again in a moment";
  private static final String TOKEN_NEEDED =
      "a token is needed: log in to this registry, or pull from a trusted network";
  private static final String TOKEN_REFUSED = "this token does not count here, or no longer";
  private static final String NOT_GRANTED =
      "the repository does not exist, or may not be pulled without permission";

  /** A snapshot comes with the first word of the control plane. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

  private final TrustedNetworks trustedNetworks;
  private final PolicySource policies;
  private final TokenVerifier verifier;
  private final Visibility visibility;
  private final boolean realmIsHost;

  /** Who is asking: somebody with a token, or an address that is trusted. */
  private record Identity(Optional<AccessToken> token) {}

  /**
   * @param realmIsHost whether tokens are to be had at whatever host the caller asked here, instead
   *     of where the policy says
   */
  public PolicyGate(
      TrustedNetworks trustedNetworks,
      PolicySource policies,
      TokenVerifier verifier,
      Visibility visibility,
      boolean realmIsHost) {
    this.trustedNetworks = trustedNetworks;
    this.policies = policies;
    this.verifier = verifier;
    this.visibility = visibility;
    this.realmIsHost = realmIsHost;
  }

  @Override
  public Future<Void> greet(Caller caller) {
    return identify(caller, Optional.empty()).mapEmpty();
  }

  @Override
  public Future<Permit> admit(Caller caller, PullRequest.OfRepository asked) {
    Optional<Repository> repository = Optional.of(asked.repository());
    return identify(caller, repository).compose(who -> admit(caller, who, asked));
  }

  private Future<Permit> admit(Caller caller, Identity who, PullRequest.OfRepository asked) {
    Repository repository = asked.repository();
    Optional<Policy> policy = policies.current();
    if (policy.filter(it -> it.denies(repository)).isPresent()) {
      return refuse(caller, repository, who);
    }
    Optional<AccessToken.Grant> grant = who.token().flatMap(it -> grant(it, repository));
    if (grant.filter(it -> !it.publicOnly()).isPresent() && policies.isFresh()) {
      return Future.succeededFuture(new Permit(repository, false, who.token()));
    }
    if (grant.isEmpty() && !(isTrusted(caller) && isAnonymousDoor(caller))) {
      return refuse(caller, repository, who);
    }
    return visibility
        .isPublic(asked)
        .compose(everyone ->
            everyone
                ? Future.succeededFuture(new Permit(repository, true, who.token()))
                : refuse(caller, repository, who));
  }

  private static Optional<AccessToken.Grant> grant(AccessToken token, Repository repository) {
    String name = repository.toString();
    return token.grants().stream().filter(it -> it.name().equals(name)).findFirst();
  }

  private Future<Identity> identify(Caller caller, Optional<Repository> asked) {
    if (policies.isAwaited()) {
      return Future.failedFuture(new Failure.Overloaded(AWAITED, ASK_AGAIN).asException());
    }
    Optional<Policy> policy = policies.current();
    boolean anonymous = isTrusted(caller) && isAnonymousDoor(caller);
    Optional<String> bearer = policy.flatMap(_ -> Bearer.of(caller));
    if (bearer.isEmpty() || caller.entrance().challenge() == Challenge.NEVER) {
      return anonymous
          ? Future.succeededFuture(new Identity(Optional.empty()))
          : Future.failedFuture(without(caller, asked).asException());
    }
    return verifier
        .verify(bearer.get(), policy.orElseThrow())
        .compose(token ->
            token.isPresent() || anonymous
                ? Future.succeededFuture(new Identity(token))
                : Future.failedFuture(
                    challenge(caller, asked, "invalid_token", TOKEN_REFUSED).asException()));
  }

  private boolean isTrusted(Caller caller) {
    return caller
        .client()
        .filter(trustedNetworks)
        .filter(it -> policies.current().map(policy -> policy.leavesTrusted(it)).orElse(true))
        .isPresent();
  }

  private static boolean isAnonymousDoor(Caller caller) {
    return caller.entrance().challenge() != Challenge.ALWAYS;
  }

  private Failure without(Caller caller, Optional<Repository> asked) {
    return caller.entrance().challenge() == Challenge.NEVER || policies.current().isEmpty()
        ? new Failure.Forbidden(caller.client().map(trustedNetworks::refusal).orElse(NO_ADDRESS))
        : challenge(caller, asked, "", TOKEN_NEEDED);
  }

  /** The same answer for what does not exist, is private, or is denied to everyone. */
  private Future<Permit> refuse(Caller caller, Repository repository, Identity who) {
    Failure failure =
        policies.current().isEmpty() || caller.entrance().challenge() == Challenge.NEVER
            ? new Failure.Denied(repository)
            : challenge(
                caller,
                Optional.of(repository),
                who.token().isPresent() ? "insufficient_scope" : "",
                NOT_GRANTED);
    return Future.failedFuture(failure.asException());
  }

  /** RFC 6750 section 3 with the {@code service} of the Docker registry token specification. */
  private Failure challenge(
      Caller caller, Optional<Repository> asked, String error, String sentence) {
    Policy policy = policies.current().orElseThrow();
    StringBuilder value = new StringBuilder("Bearer realm=\"").append(realm(caller, policy));
    value.append("\",service=\"").append(policy.tokens().service()).append('"');
    asked.ifPresent(it -> value.append(",scope=\"repository:").append(it).append(":pull\""));
    if (!error.isEmpty()) {
      value.append(",error=\"").append(error).append('"');
    }
    return new Failure.Unauthenticated(value.toString(), sentence);
  }

  private String realm(Caller caller, Policy policy) {
    String scheme = caller.entrance().tls() ? "https://" : "http://";
    return realmIsHost && caller.entrance().authority().isPresent()
        ? scheme + caller.entrance().authority().get() + "/token"
        : policy.tokens().realm().toString();
  }
}
