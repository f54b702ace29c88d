package dev.entrepot.edge.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.edge.policy.Policy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether text is an access token of this installation that counts now.
 *
 * <p>A strict layer comes before Vert.x Auth JWT, which by itself accepts what must not pass (RFC
 * 8725): one known {@code kid} under RS256, our {@code typ}, no other header, every claim there and
 * each once, {@code iss} and {@code aud} exactly ours, a life of 15 minutes at most. What has been
 * verified is remembered by its SHA-256; time, key and revocation are asked at every use.
 */
public final class TokenVerifier {
  /** How far clocks may differ for a token that has just been made. */
  static final Duration LEEWAY = Duration.ofSeconds(30);

  /** Most verified tokens that are remembered. */
  static final int REMEMBERED = 20_000;

  private final Vertx vertx;
  private final InstantSource clock;
  private final Cache<ByteBuffer, Verified> verified =
      Caffeine.newBuilder()
          .maximumSize(REMEMBERED)
          .expireAfterWrite(AccessToken.MAX_LIFE.plus(LEEWAY))
          .build();

  /** A token whose signature fits a key. */
  private record Verified(String keyId, AccessToken token) {}

  public TokenVerifier(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  /** The token that the text is; empty if it does not count, for whatever reason. */
  public Future<Optional<AccessToken>> verify(String text, Policy policy) {
    if (text.length() > AccessToken.MAX_CHARS) {
      return Future.succeededFuture(Optional.empty());
    }
    ByteBuffer hash = hash(text);
    Verified known = verified.getIfPresent(hash);
    if (known != null) {
      return Future.succeededFuture(
          Optional.of(known).filter(it -> counts(it, policy)).map(Verified::token));
    }
    try {
      Verified read = read(text, policy);
      return counts(read, policy)
          ? signed(text, hash, read, policy)
          : Future.succeededFuture(Optional.empty());
    } catch (UnreadableJwsException _) {
      return Future.succeededFuture(Optional.empty());
    }
  }

  /** How many verified tokens are remembered. */
  public long remembered() {
    return verified.estimatedSize();
  }

  private static Verified read(String text, Policy policy) throws UnreadableJwsException {
    CompactJws jws = CompactJws.parse(text, AccessToken.MAX_CHARS);
    if (!jws.type().equals(AccessToken.TYPE)) {
      throw new UnreadableJwsException("no access token");
    }
    Snapshot.Key key =
        policy.key(jws.keyId()).orElseThrow(() -> new UnreadableJwsException("no such key"));
    AccessToken token = AccessToken.fromJson(jws.payload());
    if (!jws.isSignedBy(key.key())) {
      throw new UnreadableJwsException("a signature that does not fit");
    }
    return new Verified(jws.keyId(), token);
  }

  private boolean counts(Verified it, Policy policy) {
    AccessToken token = it.token();
    Instant now = clock.instant();
    Instant latest = now.plus(LEEWAY);
    Optional<Snapshot.Key> key = policy.key(it.keyId());
    return key.isPresent()
        && key.get().notAfter().filter(token.issuedAt()::isAfter).isEmpty()
        && token.issuer().equals(policy.tokens().issuer())
        && token.audience().equals(policy.tokens().service())
        && token.expiresAt().isAfter(now)
        && !token.issuedAt().isAfter(latest)
        && token.notBefore().filter(latest::isBefore).isEmpty()
        && token.issuedAt().isBefore(token.expiresAt())
        && !token.expiresAt().isAfter(token.issuedAt().plus(AccessToken.MAX_LIFE))
        && !policy.revokes(token);
  }

  /** Lets Vert.x Auth JWT have its say, under the one key that the token names. */
  private Future<Optional<AccessToken>> signed(
      String text, ByteBuffer hash, Verified read, Policy policy) {
    JsonObject jwk =
        new JsonObject(RsaKeys.toJwk(policy.key(read.keyId()).orElseThrow().key()))
            .mergeIn(
                new JsonObject(
                    Map.of("kid", read.keyId(), "alg", CompactJws.ALGORITHM, "use", "sig")));
    JWTAuth library =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addJwk(jwk)
                .setJWTOptions(
                    new JWTOptions()
                        .setIssuer(policy.tokens().issuer())
                        .addAudience(policy.tokens().service())
                        .setLeeway((int) LEEWAY.toSeconds())));
    return library
        .authenticate(new TokenCredentials(text))
        .map(_ -> {
          verified.put(hash, read);
          return Optional.of(read.token());
        })
        .recover(_ -> Future.succeededFuture(Optional.empty()));
  }

  private static ByteBuffer hash(String text) {
    try {
      return ByteBuffer.wrap(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
