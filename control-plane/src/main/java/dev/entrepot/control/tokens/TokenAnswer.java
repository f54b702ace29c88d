package dev.entrepot.control.tokens;

import java.time.Duration;
import java.time.Instant;

/** What becomes of a request for a token. */
sealed interface TokenAnswer {

  /** A token, and how long it counts from {@code issuedAt}. */
  record Issued(String token, Duration life, Instant issuedAt) implements TokenAnswer {
    @Override
    public String toString() {
      return "Issued(…)";
    }
  }

  /** The name or the password is wrong; never told which. */
  record Unauthenticated() implements TokenAnswer {}

  /** Too many wrong passwords came before. */
  record Later(Duration after) implements TokenAnswer {}

  /** A token for somebody else was asked for. */
  record OtherService(String ours) implements TokenAnswer {}
}
