package dev.entrepot.control;

import dev.entrepot.common.config.Decisions;
import dev.entrepot.control.fleet.Administration;
import dev.entrepot.control.fleet.Bodies;
import dev.entrepot.control.fleet.ControlAdmin;
import dev.entrepot.control.fleet.TokenEndpoint;
import dev.entrepot.control.keys.Installation;
import dev.entrepot.control.store.RocksControlStore;
import dev.entrepot.control.store.StateDirectory;
import dev.entrepot.control.tokens.TokenSigner;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * What decides, within another process: keys, tokens and snapshots, but no doors and no nodes.
 * Callable from any thread.
 */
public final class EmbeddedControl implements AutoCloseable {
  private final RocksControlStore store;
  private final ControlState state;
  private final TokenRoom tokens;
  private final Administration administration;
  private final Upkeep upkeep = new Upkeep();

  private EmbeddedControl(
      RocksControlStore store, StateDirectory directory, ControlState.Base base) {
    this.store = store;
    this.state = new ControlState(base, ControlState.Members.NOBODY);
    this.tokens =
        TokenRoom.open(
            base.decisions(),
            state.signer(),
            base.clock(),
            base.random(),
            _ -> {}, // no meters
            new Bodies(Bodies.MOST));
    this.administration =
        new StateAdministration(
            new StateAdministration.Parts(store, directory, state, base.clock()));
  }

  static EmbeddedControl open(
      StateDirectory directory, Decisions decisions, URI realm, InstantSource clock) {
    SecureRandom random = new SecureRandom();
    RocksControlStore store = directory.open();
    try {
      Installation installation = Installation.open(store, random);
      EmbeddedControl made =
          new EmbeddedControl(
              store,
              directory,
              new ControlState.Base(store, installation, decisions, realm, clock, random));
      made.upkeep.begin(made.state::upkeep);
      return made;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** The installation's name. */
  public String installation() {
    return state.installation().id();
  }

  /** The current snapshot, a compact JWS. */
  public String currentSnapshot() {
    return state.snapshots().current().text();
  }

  /**
   * Hands over the current snapshot now and each new one as it is made, in order.
   *
   * @param listener must neither block nor throw
   * @return ends it
   */
  public Runnable onSnapshot(Consumer<String> listener) {
    return state.snapshots().subscribe(it -> listener.accept(it.text()));
  }

  /** What snapshots are signed with. */
  public RSAPublicKey snapshotKey() {
    return state.installation().snapshotKey();
  }

  public TokenSigner signer() {
    return state.signer();
  }

  /** Answers {@code /token} of the process's own door. */
  public TokenEndpoint tokens() {
    return tokens.endpoint();
  }

  Administration administration() {
    return administration;
  }

  /** Answers operators at a door of the process that is open to this machine alone. */
  public Handler<HttpServerRequest> operator(Vertx vertx) {
    return new ControlAdmin(vertx, administration)::handle;
  }

  @Override
  public void close() {
    upkeep.close();
    tokens.close();
    store.close();
  }
}
