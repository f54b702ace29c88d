package dev.entrepot.common.wire;

import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an access token says (the claims of the Docker registry token specification). Every claim is
 * mandatory but {@code nbf}; there is no other.
 *
 * @param issuer {@code iss}
 * @param audience {@code aud}, one text
 * @param subject {@code sub}: the user, or {@link #ANONYMOUS}
 * @param id {@code jti}, unique
 */
public record AccessToken(
    String issuer,
    String audience,
    String subject,
    String id,
    Instant issuedAt,
    Optional<Instant> notBefore,
    Instant expiresAt,
    List<Grant> grants) {
  /** The header's {@code typ} of an access token. */
  public static final String TYPE = "entrepot-access+jwt";

  /** The subject of who has shown no identity. */
  public static final String ANONYMOUS = "anonymous";

  /** Longest token that is read, in characters. */
  public static final int MAX_CHARS = 8_192;

  /** Longest life of a token. */
  public static final Duration MAX_LIFE = Duration.ofMinutes(15);

  /** Most grants in a token. */
  public static final int MAX_GRANTS = 32;

  public AccessToken {
    grants = List.copyOf(grants);
  }

  /**
   * Something that may be pulled.
   *
   * @param name {@code <upstream>/<path>}, the upstream by its configured name
   * @param publicOnly whether it counts only while the upstream shows the repository to everyone
   */
  public record Grant(String name, boolean publicOnly) {}

  /**
   * The claims in JSON. A grant is {@code {"type":"repository","name":…,"actions":["pull"]}}, with
   * {@code "class":"public"} when it is for public content alone.
   */
  public byte[] toJson() {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("aud", audience);
    claims.put("sub", subject);
    claims.put("jti", id);
    claims.put("iat", issuedAt.getEpochSecond());
    notBefore.ifPresent(at -> claims.put("nbf", at.getEpochSecond()));
    claims.put("exp", expiresAt.getEpochSecond());
    claims.put("access", grants.stream().map(AccessToken::claim).toList());
    return JsonFields.write(claims);
  }

  /** Reads claims; checks their form, never their time or whom they are from. */
  public static AccessToken fromJson(byte[] bytes) throws UnreadableJwsException {
    try {
      JsonFields claims = JsonFields.read(bytes, MAX_CHARS);
      return new AccessToken(
          notEmpty(claims, "iss"),
          notEmpty(claims, "aud"),
          notEmpty(claims, "sub"),
          notEmpty(claims, "jti"),
          instant(claims.number("iat")),
          claims.has("nbf") ? Optional.of(instant(claims.number("nbf"))) : Optional.empty(),
          instant(claims.number("exp")),
          grants(claims));
    } catch (UnreadableJsonException e) {
      throw new UnreadableJwsException("claims that cannot be read: " + e.getMessage());
    }
  }

  private static Map<String, Object> claim(Grant grant) {
    Map<String, Object> claim = new LinkedHashMap<>();
    claim.put("type", "repository");
    if (grant.publicOnly) {
      claim.put("class", "public");
    }
    claim.put("name", grant.name);
    claim.put("actions", List.of("pull"));
    return claim;
  }

  private static List<Grant> grants(JsonFields claims) throws UnreadableJsonException {
    List<JsonFields> listed = claims.has("access") ? claims.objects("access") : List.of();
    if (!claims.has("access") || listed.size() > MAX_GRANTS) {
      throw new UnreadableJsonException("no access, or too much of it");
    }
    List<Grant> grants = new ArrayList<>();
    for (JsonFields entry : listed) {
      if (entry.text("type").equals("repository") && entry.texts("actions").contains("pull")) {
        Optional<String> kind = entry.optionalText("class");
        if (kind.isPresent() && !kind.get().equals("public")) {
          throw new UnreadableJsonException("a class of access that is not known");
        }
        grants.add(new Grant(entry.text("name"), kind.isPresent()));
      }
    }
    return grants;
  }

  private static String notEmpty(JsonFields claims, String name) throws UnreadableJsonException {
    String text = claims.text(name);
    if (text.isEmpty() || text.length() > 256) {
      throw new UnreadableJsonException(name + " is empty or too long");
    }
    return text;
  }

  private static Instant instant(long seconds) throws UnreadableJsonException {
    if (seconds < 0 || seconds > 253_402_300_799L) { // the year 9999
      throw new UnreadableJsonException("a time that is none");
    }
    return Instant.ofEpochSecond(seconds);
  }
}
