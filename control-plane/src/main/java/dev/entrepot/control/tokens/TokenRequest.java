package dev.entrepot.control.tokens;

import java.util.List;
import java.util.Optional;

/**
 * A request for a token, whichever of its forms it came in.
 *
 * @param credentials empty: anonymous
 * @param scopes parameters as they came
 */
record TokenRequest(
    Optional<Credentials> credentials, Optional<String> service, List<String> scopes) {

  /** A name and a password. */
  record Credentials(String user, String password) {
    @Override
    public String toString() {
      return "Credentials(…)";
    }
  }
}
