package dev.entrepot.control.tokens;

import dev.entrepot.common.config.Decisions;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.AccessToken.Grant;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Issues access tokens. Blocks; callable from any thread.
 *
 * <p>Clients behind one address offer their credentials for other registries, and lock nobody out:
 * a name that is no user here is refused without any count, and of a wrong password of a user here
 * only the first use in a while counts.
 */
final class TokenService {
  private static final Logger AUDIT = LoggerFactory.getLogger("dev.entrepot.audit");
  private static final int ID_BYTES = 16;

  /** Claims in Base64 between a header and an RSA signature stay below {@link AccessToken}'s. */
  private static final int MOST_CLAIM_BYTES = (AccessToken.MAX_CHARS - 1_024) / 4 * 3;

  private final Decisions decisions;
  private final Users users;
  private final Passwords passwords;
  private final Attempts attempts;
  private final Rights rights;
  private final TokenSigner signer;
  private final InstantSource clock;
  private final SecureRandom random;

  TokenService(
      Decisions decisions,
      Users users,
      TokenSigner signer,
      InstantSource clock,
      SecureRandom random) {
    this.decisions = decisions;
    this.users = users;
    this.passwords = new Passwords(random, clock);
    this.attempts = new Attempts(decisions.attempts(), clock);
    this.rights = new Rights(decisions.access());
    this.signer = signer;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Answers a request.
   *
   * @param address the client's, an IP literal
   */
  TokenAnswer answer(TokenRequest request, String address) {
    String ours = decisions.tokens().service();
    if (request.service().filter(it -> !it.equals(ours)).isPresent()) {
      return new TokenAnswer.OtherService(ours);
    }
    if (request.credentials().isEmpty()) {
      return issue(Optional.empty(), request.scopes(), address);
    }
    TokenRequest.Credentials shown = request.credentials().get();
    return refused(shown, address)
        .orElseGet(() -> issue(Optional.of(shown.user()), request.scopes(), address));
  }

  private Optional<TokenAnswer> refused(TokenRequest.Credentials shown, String address) {
    Optional<String> hash = users.hash(shown.user());
    if (hash.isEmpty()) {
      return Optional.of(new TokenAnswer.Unauthenticated());
    }
    // Neither who was right a moment ago nor a password that was just found wrong is a new guess.
    Optional<Passwords.Verdict> known =
        passwords.remembered(shown.user(), shown.password(), hash.get());
    if (known.isPresent()) {
      return settled(known.get(), shown, address);
    }
    Optional<Duration> pause = attempts.pause(shown.user(), address);
    if (pause.isPresent()) {
      return Optional.of(new TokenAnswer.Later(pause.get()));
    }
    return settled(passwords.verdict(shown.user(), shown.password(), hash.get()), shown, address);
  }

  private Optional<TokenAnswer> settled(
      Passwords.Verdict verdict, TokenRequest.Credentials shown, String address) {
    switch (verdict) {
      case RIGHT -> attempts.right(shown.user(), address);
      case WRONG -> count(shown.user(), address);
      case WRONG_AGAIN -> {} // no guess
    }
    return verdict == Passwords.Verdict.RIGHT
        ? Optional.empty()
        : Optional.of(new TokenAnswer.Unauthenticated());
  }

  private void count(String user, String address) {
    attempts.wrong(user, address);
    AUDIT
        .atWarn()
        .addKeyValue("event.action", "token-refused")
        .addKeyValue("user.name", user)
        .addKeyValue("client.ip", address)
        .log("a wrong password");
  }

  private TokenAnswer issue(Optional<String> user, List<String> asked, String address) {
    Set<Scope> scopes = Scope.read(asked, decisions.tokens().defaultUpstream());
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Duration life = decisions.tokens().lifetime();
    AccessToken token =
        fitting(
            new AccessToken(
                signer.issuer(),
                decisions.tokens().service(),
                user.orElse(AccessToken.ANONYMOUS),
                id(),
                now,
                Optional.of(now),
                now.plus(life),
                rights.granted(user, scopes)));
    AUDIT
        .atInfo()
        .addKeyValue("event.action", "token-issued")
        .addKeyValue("user.name", token.subject())
        .addKeyValue("client.ip", address)
        .addKeyValue("entrepot.token.id", token.id())
        .addKeyValue("entrepot.token.grants", token.grants().size())
        .log("a token");
    return new TokenAnswer.Issued(signer.sign(token), life, now);
  }

  /** Without the last grants if edges would find the token too long. */
  private static AccessToken fitting(AccessToken whole) {
    AccessToken token = whole;
    while (!token.grants().isEmpty() && token.toJson().length > MOST_CLAIM_BYTES) {
      token = with(token, token.grants().subList(0, token.grants().size() - 1));
    }
    return token;
  }

  private static AccessToken with(AccessToken token, List<Grant> grants) {
    return new AccessToken(
        token.issuer(),
        token.audience(),
        token.subject(),
        token.id(),
        token.issuedAt(),
        token.notBefore(),
        token.expiresAt(),
        grants);
  }

  private String id() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
