package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.failure.OciErrorCode;
import java.util.Optional;
import java.util.function.Supplier;

/** Decides whether a request may pass, and words the refusal. */
final class Guard {
  private final Supplier<Auth> auth;
  private final Tokens tokens;

  Guard(Supplier<Auth> auth, Tokens tokens) {
    this.auth = auth;
    this.tokens = tokens;
  }

  /** The refusal, unless the request may pass. */
  Optional<Answer> refusal(Request request) {
    return switch (auth.get()) {
      case Auth.Open _ -> Optional.empty();
      case Auth.Basic(Auth.Account account) ->
          Credentials.basic(request).filter(account::equals).isPresent()
              ? Optional.empty()
              : Optional.of(challenge(request));
      case Auth.Bearer _ ->
          tokens.accepts(request) ? Optional.empty() : Optional.of(challenge(request));
    };
  }

  /** 401 with the challenge of the way in which this registry authenticates. */
  Answer challenge(Request request) {
    return Answer.error(OciErrorCode.UNAUTHORIZED, "authentication required")
        .with("WWW-Authenticate", wanted(request));
  }

  private String wanted(Request request) {
    return auth.get() instanceof Auth.Bearer ? tokens.challenge(request) : "Basic realm=\"fake\"";
  }
}
