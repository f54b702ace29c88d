package dev.entrepot.edge.access;

import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.edge.policy.Installation;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Texts that some library has taken for tokens, and tokens in every spelling that is one. */
final class Forgeries {
  private final Installation ours;

  Forgeries(Installation ours) {
    this.ours = ours;
  }

  /** By what is wrong with each, one thing alone. */
  Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    headers(all);
    claims(all);
    texts(all);
    return all;
  }

  /** Made in the same ways, with nothing wrong. */
  Map<String, String> good() {
    long now = Instant.now().getEpochSecond();
    Map<String, String> good = new LinkedHashMap<>();
    good.put("header", header("{\"alg\":\"RS256\",\"kid\":\"%s\",\"typ\":\"%s\"}"));
    good.put(
        "raw",
        raw(
            "{ \"typ\":\"entrepot-access+jwt\", \"kid\":\""
                + ours.keyId()
                + "\",\"alg\":\"RS256\"}"));
    good.put("body", body(Map.of(), ""));
    good.put("lasting", lasting(now - 300, now + 300));
    good.put("a little early", lasting(now + 20, now + 320));
    good.put("nbf", body(Map.of("nbf", String.valueOf(now)), ""));
    good.put("more claims", body(Map.of("name", "\"x\""), ""));
    good.put("ours", ours.sign(ours.claims("ci")));
    return good;
  }

  private void headers(Map<String, String> to) {
    String kid = ours.keyId();
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
    String unsigned =
        base64("{\"alg\":\"none\",\"kid\":\"" + kid + "\",\"typ\":\"" + AccessToken.TYPE + "\"}")
            + "."
            + base64(new String(ours.claims("ci").toJson(), StandardCharsets.UTF_8));
    to.put("alg none in two segments", unsigned);
    to.put("alg none with an empty signature", unsigned + ".");
  }

  private void claims(Map<String, String> to) {
    long now = Instant.now().getEpochSecond();
    for (String name : List.of("iss", "aud", "sub", "jti", "iat", "exp", "access")) {
      to.put("no " + name, body(Map.of(), name));
    }
    to.put("another iss", body(Map.of("iss", "\"entrepot:other\""), ""));
    to.put("iss with a slash", body(Map.of("iss", "\"" + ours.issuer() + "/\""), ""));
    to.put("iss in capitals", body(Map.of("iss", "\"ENTREPOT:OURS\""), ""));
    to.put("another aud", body(Map.of("aud", "\"other\""), ""));
    to.put("aud a list", body(Map.of("aud", "[\"entrepot\",\"other\"]"), ""));
    to.put("empty sub", body(Map.of("sub", "\"\""), ""));
    for (String exp : List.of("\"9999999999\"", "1.5e9", "-1", "1e400", "null", "true", "{}")) {
      to.put("exp " + exp, body(Map.of("exp", exp), ""));
    }
    to.put("over", lasting(now - 300, now - 1));
    to.put("of tomorrow", lasting(now + 86_400, now + 86_700));
    to.put("over before it begins", lasting(now, now - 60));
    to.put("not yet", body(Map.of("nbf", String.valueOf(now + 3600)), ""));
    to.put("too long a life", body(Map.of("exp", String.valueOf(now + 3600)), ""));
    to.put("a claim twice", body(Map.of("sub", "\"a\",\"sub\":\"b\""), ""));
    to.put("deep", body(Map.of("access", "[".repeat(1_000) + "]".repeat(1_000)), ""));
    to.put("too much access", body(Map.of("access", "[" + "{},".repeat(32) + "{}]"), ""));
  }

  private void texts(Map<String, String> to) {
    String good = ours.sign(ours.claims("ci"));
    int dot = good.lastIndexOf('.');
    to.put("two segments", good.substring(0, dot));
    to.put("an empty signature", good.substring(0, dot + 1));
    to.put("dots behind", good + "..");
    to.put("padding", good + "==");
    to.put("a space", good.substring(0, dot) + " " + good.substring(dot));
    to.put("a line break", good + "\n");
    to.put("other last bits", otherLastBits(good));
    to.put("another signature", good.substring(0, dot + 1) + "A".repeat(good.length() - dot - 1));
    to.put("another's", new Installation("ours").sign(ours.claims("ci")));
    to.put("long", good.substring(0, dot) + "A".repeat(8 << 20));
    to.put("nothing", "");
    to.put("a snapshot", ours.sign(ours.snapshot(1)));
  }

  /** The last character holds bits that decoding drops: another spelling of the same bytes. */
  private static String otherLastBits(String text) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(text.charAt(text.length() - 1));
    return text.substring(0, text.length() - 1) + alphabet.charAt(last ^ 1);
  }

  private String header(String format) {
    return raw(format.formatted(ours.keyId(), AccessToken.TYPE));
  }

  private String raw(String header) {
    String body = new String(ours.claims("ci").toJson(), StandardCharsets.UTF_8);
    return signed(header, body, ours.tokenKeys().getPrivate());
  }

  private String lasting(long issued, long expires) {
    return body(Map.of("iat", String.valueOf(issued), "exp", String.valueOf(expires)), "");
  }

  private String body(Map<String, String> changed, String without) {
    long now = Instant.now().getEpochSecond();
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("iss", "\"" + ours.issuer() + "\"");
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
            .formatted(ours.keyId(), AccessToken.TYPE),
        json + "}",
        ours.tokenKeys().getPrivate());
  }

  static String signed(String header, String body, PrivateKey key) {
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

  private String hmac(String kid) {
    try {
      String head =
          "{\"alg\":\"HS256\",\"kid\":\"" + kid + "\",\"typ\":\"" + AccessToken.TYPE + "\"}";
      String input =
          base64(head)
              + "."
              + base64(new String(ours.claims("ci").toJson(), StandardCharsets.UTF_8));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(ours.tokenKeys().getPublic().getEncoded(), "HmacSHA256"));
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
}
