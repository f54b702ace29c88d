package dev.entrepot.control;

import dev.entrepot.common.config.Decisions;
import dev.entrepot.control.fleet.Bodies;
import dev.entrepot.control.fleet.TokenEndpoint;
import dev.entrepot.control.tokens.TokenDoor;
import dev.entrepot.control.tokens.TokenObserver;
import dev.entrepot.control.tokens.TokenSigner;
import io.vertx.core.http.HttpMethod;
import java.security.SecureRandom;
import java.time.InstantSource;

/** The token service and its door, put together. */
record TokenRoom(TokenDoor door, Bodies bodies) implements AutoCloseable {

  /**
   * Opens the service.
   *
   * @param bodies where room is asked for, for the bodies of requests
   * @throws dev.entrepot.common.config.Refusal when the users' file cannot be read
   */
  static TokenRoom open(
      Decisions decisions,
      TokenSigner signer,
      InstantSource clock,
      SecureRandom random,
      TokenObserver observer,
      Bodies bodies) {
    return new TokenRoom(new TokenDoor(decisions, signer, clock, random, observer), bodies);
  }

  TokenEndpoint endpoint() {
    return (request, address) -> {
      boolean keepsNone = !request.method().equals(HttpMethod.POST);
      if (keepsNone || bodies.admit(request, TokenDoor.MOST_BODY)) {
        door.handle(request, address);
      }
    };
  }

  @Override
  public void close() {
    door.close();
  }
}
