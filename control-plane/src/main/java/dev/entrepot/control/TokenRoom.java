package dev.entrepot.control;

import dev.entrepot.common.config.Decisions;
import dev.entrepot.control.fleet.TokenEndpoint;
import dev.entrepot.control.tokens.TokenDoor;
import dev.entrepot.control.tokens.TokenObserver;
import dev.entrepot.control.tokens.TokenSigner;
import java.security.SecureRandom;
import java.time.InstantSource;

/** The token service and its door, put together. */
record TokenRoom(TokenDoor door) implements AutoCloseable {

  /**
   * Opens the service.
   *
   * @throws dev.entrepot.common.config.Refusal when the users' file cannot be read
   */
  static TokenRoom open(
      Decisions decisions,
      TokenSigner signer,
      InstantSource clock,
      SecureRandom random,
      TokenObserver observer) {
    return new TokenRoom(new TokenDoor(decisions, signer, clock, random, observer));
  }

  TokenEndpoint endpoint() {
    return door::handle;
  }

  @Override
  public void close() {
    door.close();
  }
}
