package dev.entrepot.edge.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.AccessToken.Grant;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.edge.policy.Installation;
import dev.entrepot.edge.policy.Policy;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Forgeries, each of which some library has let through. */
class TokenVerifierTest {
  private static final Installation OURS = new Installation("ours");
  private static final Vertx VERTX = Vertx.vertx();
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
    Map<String, String> forgeries = new LinkedHashMap<>();
    headers(forgeries);
    claims(forgeries);
    texts(forgeries);
    List<String> accepted = new ArrayList<>();
    forgeries.forEach((what, text) -> {
      if (verify(text, POLICY).isPresent()) {
        accepted.add(what);
      }
    });
    assertThat(accepted).isEmpty();
    assertThat(forgeries).hasSizeGreaterThan(40);
    assertThat(verify(header("{\"alg\":\"RS256\",\"kid\":\"%s\",\"typ\":\"%s\"}"), POLICY))
        .as("the table's own way of signing is right")
        .isPresent();
  }

  @Test
  void a_small_key_of_another_size_signs_nothing() {
    KeyPair small = Installation.rsa(1024);
    String head =
        "{\"alg\":\"RS256\",\"kid\":\"" + OURS.keyId() + "\",\"typ\":\"entrepot-access+jwt\"}";
    String body = new String(OURS.claims("ci").toJson(), StandardCharsets.UTF_8);
    assertThat(verify(signed(head, body, small.getPrivate()), POLICY)).isEmpty();
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
    Snapshot now = OURS.snapshot(3);
    Snapshot.Key retired =
        new Snapshot.Key(
            OURS.keyId(),
            (RSAPublicKey) OURS.tokenKeys().getPublic(),
            Optional.of(token.issuedAt().minusSeconds(1)));
    Policy policy =
        new Policy(
            new Snapshot(
                now.installation(),
                now.version(),
                now.issuedAt(),
                List.of(retired),
                now.tokens(),
                now.revocations(),
                now.access(),
                List.of(),
                List.of()));
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

  private static void headers(Map<String, String> to) {
    String kid = OURS.keyId();
    String ok = "\"kid\":\"%s\",\"typ\":\"%s\"";
    to.put("no kid", raw("{\"alg\":\"RS256\",\"typ\":\"entrepot-access+jwt\"}"));
    for (String other : List.of("nobody", "../../etc/passwd", "' OR 1=1", "x".repeat(10_000))) {
      to.put(
          "kid " + other,
          raw("{\"alg\":\"RS256\",\"kid\":\"" + other + "\",\"typ\":\"entrepot-access+jwt\"}"));
    }
    for (String more :
        List.of(
            "\"jwk\":{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
            "\"jku\":\"https://evil.example/keys\"",
            "\"x5u\":\"https://evil.example/chain\"",
            "\"x5c\":[\"MIIB\"]",
            "\"x5t\":\"abc\"",
            "\"crit\":[\"exp\"]",
            "\"crit\":[\"b64\"],\"b64\":false",
            "\"zip\":\"DEF\"",
            "\"cty\":\"JWT\"",
            "\"alg\":\"RS256\"")) {
      to.put(more, header("{\"alg\":\"RS256\"," + ok + "," + more + "}"));
    }
    for (String alg : List.of("none", "None", "HS256", "ES256", "PS256", "RS512", "rs256", "")) {
      to.put("alg " + alg, header("{\"alg\":\"" + alg + "\"," + ok + "}"));
    }
    for (String typ :
        List.of("JWT", "at+jwt", "entrepot-snapshot+jws", "entrepot-access+JWT", "logout+jwt")) {
      to.put(
          "typ " + typ, raw("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\",\"typ\":\"" + typ + "\"}"));
    }
    to.put("no typ", raw("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}"));
    to.put("HMAC under the public key", hmac(kid));
  }

  private static void claims(Map<String, String> to) {
    long now = Instant.now().getEpochSecond();
    for (String name : List.of("iss", "aud", "sub", "jti", "iat", "exp", "access")) {
      to.put("no " + name, body(Map.of(), name));
    }
    to.put("another iss", body(Map.of("iss", "\"entrepot:other\""), ""));
    to.put("iss with a slash", body(Map.of("iss", "\"" + OURS.issuer() + "/\""), ""));
    to.put("iss in capitals", body(Map.of("iss", "\"ENTREPOT:OURS\""), ""));
    to.put("another aud", body(Map.of("aud", "\"other\""), ""));
    to.put("aud a list", body(Map.of("aud", "[\"entrepot\",\"other\"]"), ""));
    to.put("empty sub", body(Map.of("sub", "\"\""), ""));
    for (String exp : List.of("\"9999999999\"", "1.5e9", "-1", "1e400", "null", "true", "{}")) {
      to.put("exp " + exp, body(Map.of("exp", exp), ""));
    }
    to.put("over", body(Map.of("exp", String.valueOf(now - 1)), ""));
    to.put("of tomorrow", body(Map.of("iat", String.valueOf(now + 3600)), ""));
    to.put("not yet", body(Map.of("nbf", String.valueOf(now + 3600)), ""));
    to.put("too long a life", body(Map.of("exp", String.valueOf(now + 3600)), ""));
    to.put("a claim twice", body(Map.of("sub", "\"a\",\"sub\":\"b\""), ""));
    to.put("deep", body(Map.of("access", "[".repeat(1_000) + "]".repeat(1_000)), ""));
    to.put("too much access", body(Map.of("access", "[" + "{},".repeat(32) + "{}]"), ""));
  }

  private static void texts(Map<String, String> to) {
    String good = OURS.sign(OURS.claims("ci"));
    int dot = good.lastIndexOf('.');
    to.put("two segments", good.substring(0, dot));
    to.put("an empty signature", good.substring(0, dot + 1));
    to.put("dots behind", good + "..");
    to.put("padding", good + "==");
    to.put("a space", good.substring(0, dot) + " " + good.substring(dot));
    to.put("a line break", good + "\n");
    to.put("other last bits", otherLastBits(good));
    to.put("another signature", good.substring(0, dot + 1) + "A".repeat(good.length() - dot - 1));
    to.put("another's", new Installation("ours").sign(OURS.claims("ci")));
    to.put("long", good.substring(0, dot) + "A".repeat(8 << 20));
    to.put("nothing", "");
    to.put("a snapshot", OURS.sign(OURS.snapshot(1)));
  }

  /** The last character holds bits that decoding drops: another spelling of the same bytes. */
  private static String otherLastBits(String text) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(text.charAt(text.length() - 1));
    return text.substring(0, text.length() - 1) + alphabet.charAt(last ^ 1);
  }

  private static String header(String format) {
    return raw(format.formatted(OURS.keyId(), AccessToken.TYPE));
  }

  private static String raw(String header) {
    String body = new String(OURS.claims("ci").toJson(), StandardCharsets.UTF_8);
    return signed(header, body, OURS.tokenKeys().getPrivate());
  }

  private static String body(Map<String, String> changed, String without) {
    long now = Instant.now().getEpochSecond();
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("iss", "\"" + OURS.issuer() + "\"");
    claims.put("aud", "\"entrepot\"");
    claims.put("sub", "\"ci\"");
    claims.put("jti", "\"one\"");
    claims.put("iat", String.valueOf(now));
    claims.put("exp", String.valueOf(now + Duration.ofMinutes(5).toSeconds()));
    claims.put("access", "[]");
    claims.putAll(changed);
    claims.remove(without);
    StringBuilder json = new StringBuilder();
    claims.forEach((name, value) ->
        json.append(json.isEmpty() ? "{" : ",").append("\"" + name + "\":" + value));
    return signed(
        "{\"alg\":\"RS256\",\"kid\":\"%s\",\"typ\":\"%s\"}"
            .formatted(OURS.keyId(), AccessToken.TYPE),
        json + "}",
        OURS.tokenKeys().getPrivate());
  }

  private static String signed(String header, String body, PrivateKey key) {
    try {
      String input = base64(header) + "." + base64(body);
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String hmac(String kid) {
    try {
      String head =
          "{\"alg\":\"HS256\",\"kid\":\"" + kid + "\",\"typ\":\"" + AccessToken.TYPE + "\"}";
      String input =
          base64(head)
              + "."
              + base64(new String(OURS.claims("ci").toJson(), StandardCharsets.UTF_8));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(OURS.tokenKeys().getPublic().getEncoded(), "HmacSHA256"));
      return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
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
