package dev.entrepot.edge.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.AccessToken.Grant;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import dev.entrepot.edge.policy.Installation;
import dev.entrepot.edge.policy.Policy;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is a token that counts, and what only looks like one. */
class TokenVerifierTest {
  private static final Installation OURS = new Installation("ours");
  private static final Vertx VERTX = Vertx.vertx();
  private static final Forgeries FORGERIES = new Forgeries(OURS);
  private static final Policy POLICY = new Policy(OURS.snapshot(1));

  private final TokenVerifier verifier = new TokenVerifier(VERTX, InstantSource.system());

  @AfterAll
  static void end() {
    VERTX.close();
  }

  @Test
  void a_token_of_ours_counts_and_is_remembered() {
    AccessToken token = OURS.claims("ci", new Grant("docker.io/team/app", false));
    String text = OURS.sign(token);
    assertThat(verify(text, POLICY)).contains(token);
    assertThat(verify(text, POLICY)).contains(token);
    assertThat(verifier.remembered()).isEqualTo(1);
  }

  @Test
  void a_token_that_nimbus_made_counts_and_nimbus_believes_ours() throws Exception {
    AccessToken claims = OURS.claims("ci");
    SignedJWT theirs =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType(AccessToken.TYPE))
                .keyID(OURS.keyId())
                .build(),
            new JWTClaimsSet.Builder()
                .issuer(claims.issuer())
                .audience(claims.audience())
                .subject("ci")
                .jwtID("one")
                .issueTime(Date.from(claims.issuedAt()))
                .expirationTime(Date.from(claims.expiresAt()))
                .claim("access", List.of())
                .build());
    theirs.sign(new RSASSASigner(OURS.tokenKeys().getPrivate()));
    assertThat(verify(theirs.serialize(), POLICY)).isPresent();

    SignedJWT ours = SignedJWT.parse(OURS.sign(claims));
    assertThat(ours.verify(new RSASSAVerifier((RSAPublicKey) OURS.tokenKeys().getPublic())))
        .isTrue();
    assertThat(ours.getJWTClaimsSet().getSubject()).isEqualTo("ci");
  }

  @Test
  void no_forgery_counts() {
    List<String> accepted = new ArrayList<>();
    FORGERIES
        .all()
        .forEach((what, text) -> {
          if (verify(text, POLICY).isPresent()) {
            accepted.add(what);
          }
        });
    assertThat(accepted).isEmpty();
    assertThat(FORGERIES.all()).hasSizeGreaterThan(50);
    FORGERIES
        .good()
        .forEach((what, text) ->
            assertThat(verify(text, POLICY))
                .as("the table's own way of signing is right: " + what)
                .isPresent());
  }

  /** Another's reading of the same rules: what it refuses must never pass here. */
  @Test
  void whatever_counts_here_counts_for_a_strict_nimbus_too() {
    List<String> texts = new ArrayList<>(FORGERIES.all().values());
    texts.addAll(FORGERIES.good().values());
    Random random = new Random(7);
    String good = OURS.sign(OURS.claims("ci", new Grant("docker.io/team/app", false)));
    for (int i = 0; i < 2_000; i++) {
      StringBuilder changed = new StringBuilder(good);
      changed.setCharAt(random.nextInt(good.length()), good.charAt(random.nextInt(good.length())));
      texts.add(changed.toString());
    }
    int counted = 0;
    for (String text : texts) {
      if (verify(text, POLICY).isPresent()) {
        counted++;
        assertThat(isGoodForNimbus(text)).as(text).isTrue();
      }
    }
    assertThat(counted).isGreaterThanOrEqualTo(FORGERIES.good().size());
  }

  private static boolean isGoodForNimbus(String text) {
    DefaultJWTProcessor<SecurityContext> strict = new DefaultJWTProcessor<>();
    RSAKey key =
        new RSAKey.Builder((RSAPublicKey) OURS.tokenKeys().getPublic())
            .keyID(OURS.keyId())
            .algorithm(JWSAlgorithm.RS256)
            .build();
    strict.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType(AccessToken.TYPE)));
    strict.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.RS256, new ImmutableJWKSet<>(new JWKSet(key))));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            Installation.SERVICE,
            new JWTClaimsSet.Builder().issuer(OURS.issuer()).build(),
            Set.of("sub", "jti", "iat", "exp", "access"));
    claims.setMaxClockSkew((int) TokenVerifier.LEEWAY.toSeconds());
    strict.setJWTClaimsSetVerifier(claims);
    try {
      return strict.process(text, null) != null;
    } catch (ParseException | BadJOSEException | JOSEException e) {
      return false;
    }
  }

  @Test
  void without_keys_nothing_counts() {
    Policy keyless = new Policy(with(OURS.snapshot(2), List.of()));
    List<String> texts = new ArrayList<>(FORGERIES.all().values());
    texts.addAll(FORGERIES.good().values());
    assertThat(texts).noneMatch(text -> verify(text, keyless).isPresent());
  }

  /** Such a key cannot come into a policy: a snapshot that holds one is refused whole. */
  @Test
  void a_small_key_in_the_snapshot_makes_no_policy() {
    KeyPair small = Installation.rsa(1024);
    RSAPublicKey key = (RSAPublicKey) small.getPublic();
    Snapshot.Key listed = new Snapshot.Key(RsaKeys.thumbprint(key), key, Optional.empty());
    String signed = OURS.sign(with(OURS.snapshot(2), List.of(listed)));
    assertThatThrownBy(() -> SnapshotCodec.read(signed, OURS.snapshotKey()))
        .isInstanceOf(UnreadableJwsException.class)
        .hasMessageContaining("1024 bits");
    String token =
        CompactJws.sign(
            AccessToken.TYPE, listed.id(), small.getPrivate(), OURS.claims("ci").toJson());
    assertThat(verify(token, POLICY)).isEmpty();
  }

  @Test
  void a_small_key_of_another_size_signs_nothing() {
    KeyPair small = Installation.rsa(1024);
    String head =
        "{\"alg\":\"RS256\",\"kid\":\"" + OURS.keyId() + "\",\"typ\":\"entrepot-access+jwt\"}";
    String body = new String(OURS.claims("ci").toJson(), StandardCharsets.UTF_8);
    assertThat(verify(Forgeries.signed(head, body, small.getPrivate()), POLICY)).isEmpty();
  }

  @Test
  void what_is_taken_back_no_longer_counts_though_it_was_remembered() {
    AccessToken token = OURS.claims("ci");
    String text = OURS.sign(token);
    assertThat(verify(text, POLICY)).isPresent();
    Instant later = token.issuedAt().plusSeconds(1);
    for (Snapshot.Revocations revoked :
        List.of(
            new Snapshot.Revocations(
                Map.of(token.id(), token.expiresAt()), Map.of(), Optional.empty()),
            new Snapshot.Revocations(Map.of(), Map.of("ci", later), Optional.empty()),
            new Snapshot.Revocations(Map.of(), Map.of(), Optional.of(later)))) {
      Policy next = new Policy(OURS.snapshot(2, revoked, Snapshot.Access.UNCHANGED));
      assertThat(verify(text, next)).as(revoked.toString()).isEmpty();
    }
    assertThat(verify(text, POLICY)).isPresent();
  }

  @Test
  void a_token_of_a_key_that_is_gone_or_retired_before_it_was_made_does_not_count() {
    AccessToken token = OURS.claims("ci");
    String text = OURS.sign(token);
    assertThat(verify(text, POLICY)).isPresent();
    assertThat(verify(text, new Policy(new Installation("ours").snapshot(2)))).isEmpty();
    Snapshot.Key retired =
        new Snapshot.Key(
            OURS.keyId(),
            (RSAPublicKey) OURS.tokenKeys().getPublic(),
            Optional.of(token.issuedAt().minusSeconds(1)));
    Policy policy = new Policy(with(OURS.snapshot(3), List.of(retired)));
    assertThat(verify(text, policy)).isEmpty();
  }

  @Test
  void a_remembered_token_ends_when_its_time_is_over() {
    Instant[] now = {Instant.now()};
    TokenVerifier later = new TokenVerifier(VERTX, () -> now[0]);
    AccessToken token = OURS.claims("ci");
    String text = OURS.sign(token);
    assertThat(await(later, text, POLICY)).isPresent();
    now[0] = token.expiresAt();
    assertThat(await(later, text, POLICY)).isEmpty();
  }

  private static Snapshot with(Snapshot like, List<Snapshot.Key> keys) {
    return new Snapshot(
        like.installation(),
        like.version(),
        like.issuedAt(),
        keys,
        like.tokens(),
        like.revocations(),
        like.access(),
        List.of(),
        List.of());
  }

  private Optional<AccessToken> verify(String text, Policy policy) {
    return await(verifier, text, policy);
  }

  private static Optional<AccessToken> await(TokenVerifier by, String text, Policy policy) {
    try {
      return by.verify(text, policy)
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
