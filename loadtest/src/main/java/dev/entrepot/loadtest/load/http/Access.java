package dev.entrepot.loadtest.load.http;

import dev.entrepot.common.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** What a client shows when it is asked who it is. */
public sealed interface Access {

  /** Nothing; a token endpoint is asked for an anonymous token. */
  record Anonymous() implements Access {}

  /** A user and a password, shown to the token endpoint, or to the registry if it wants Basic. */
  record Account(String user, Secret password) implements Access {
    String basic() {
      byte[] pair = (user + ":" + password.reveal()).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
  }

  /** A token, shown to the registry with every request. */
  record Token(Secret token) implements Access {}

  /** What every request carries before anybody asked. */
  default Optional<String> unasked() {
    return this instanceof Token(Secret token)
        ? Optional.of("Bearer " + token.reveal())
        : Optional.empty();
  }
}
