package dev.entrepot.control;

import dev.entrepot.common.config.Decisions;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.control.keys.Installation;
import dev.entrepot.control.keys.SigningKeys;
import dev.entrepot.control.policy.Published;
import dev.entrepot.control.policy.Revocations;
import dev.entrepot.control.policy.Snapshots;
import dev.entrepot.control.store.ControlStore;
import dev.entrepot.control.tokens.TokenSigner;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What a control plane decides with, and how a change becomes known: keys, revocations, snapshots.
 * Callable from any thread; everything that changes something blocks.
 */
final class ControlState {
  private final Installation installation;
  private final SigningKeys keys;
  private final Revocations revocations;
  private final Snapshots snapshots;
  private final String issuer;

  /** Who belongs to the installation, and which authorities vouch for them. */
  record Members(Supplier<List<Snapshot.Edge>> edges, Supplier<List<String>> trust) {
    static final Members NOBODY = new Members(List::of, List::of);
  }

  /** What it stands on. */
  record Base(
      ControlStore store,
      Installation installation,
      Decisions decisions,
      URI realm,
      InstantSource clock,
      SecureRandom random) {}

  /** Opens what is kept, or begins anew; publishes the first snapshot of this start. */
  ControlState(Base base, Members members) {
    Decisions decisions = base.decisions;
    this.installation = base.installation;
    this.keys = SigningKeys.open(base.store, rules(decisions.keys()), base.clock, base.random);
    this.revocations = new Revocations(base.store, base.clock);
    this.issuer = decisions.tokens().issuer().orElse("entrepot-" + installation.id());
    Snapshot.Tokens tokens = new Snapshot.Tokens(issuer, decisions.tokens().service(), base.realm);
    Snapshot.Access access = access(decisions.access());
    this.snapshots =
        new Snapshots(
            base.store,
            new Snapshots.Sources(
                installation.id(),
                keys::forSnapshot,
                () -> tokens,
                revocations::current,
                () -> access,
                members.edges,
                members.trust),
            installation::sign,
            base.clock);
    publish();
  }

  Installation installation() {
    return installation;
  }

  SigningKeys keys() {
    return keys;
  }

  Revocations revocations() {
    return revocations;
  }

  Snapshots snapshots() {
    return snapshots;
  }

  TokenSigner signer() {
    return new Signer(issuer, keys);
  }

  /** Makes what has changed known; from then on coming keys may sign. */
  Published publish() {
    Published published = snapshots.refresh();
    keys.told(
        published.snapshot().keys().stream()
            .map(Snapshot.Key::id)
            .collect(Collectors.toUnmodifiableSet()));
    return published;
  }

  /** Lets the next key sign. */
  String rotate(boolean insist) {
    String key = keys.rotate(insist);
    publish();
    return key;
  }

  /** Does what is due by the clock. */
  void upkeep() {
    keys.tick();
    revocations.prune();
    publish();
  }

  private static SigningKeys.Rules rules(Decisions.Keys keys) {
    return new SigningKeys.Rules(keys.rotateEvery(), keys.future(), SigningKeys.PROPAGATION);
  }

  private static Snapshot.Access access(Decisions.Access access) {
    Optional<List<String>> networks = access.trustedNetworks();
    return new Snapshot.Access(networks, access.denied(), access.maxStaleness());
  }

  private record Signer(String issuer, SigningKeys keys) implements TokenSigner {
    @Override
    public String sign(AccessToken token) {
      return keys.sign(AccessToken.TYPE, token.toJson());
    }
  }
}
