package dev.entrepot.common.wire;

import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import java.net.URI;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Snapshots as signed text: a compact JWS over JSON. Times are seconds since the epoch. */
public final class SnapshotCodec {
  /** The {@code typ} of a snapshot; no token has it. */
  public static final String TYPE = "entrepot-snapshot+jws";

  /** Longest text that is read. */
  public static final int MAX_CHARS = 16 << 20;

  /** Most keys, and most edges, in one snapshot. */
  public static final int MAX_KEYS = 64;

  public static final int MAX_EDGES = 10_000;

  private SnapshotCodec() {}

  /** Signs a snapshot with the installation's snapshot key. */
  public static String sign(Snapshot snapshot, String keyId, PrivateKey key) {
    return CompactJws.sign(TYPE, keyId, key, JsonFields.write(fields(snapshot)));
  }

  /**
   * Reads a snapshot that one key must have signed.
   *
   * @throws UnreadableJwsException for anything else: another key, another type, a limit broken, no
   *     key for tokens
   */
  public static Snapshot read(String text, RSAPublicKey key) throws UnreadableJwsException {
    CompactJws jws = CompactJws.parse(text, MAX_CHARS);
    if (!jws.type().equals(TYPE)) {
      throw new UnreadableJwsException("not a snapshot");
    }
    if (!jws.keyId().equals(RsaKeys.thumbprint(key)) || !jws.isSignedBy(key)) {
      throw new UnreadableJwsException("not signed by this installation's snapshot key");
    }
    try {
      return snapshot(JsonFields.read(jws.payload(), MAX_CHARS));
    } catch (UnreadableJsonException | RuntimeException e) {
      throw new UnreadableJwsException("a snapshot that cannot be read: " + e.getMessage());
    }
  }

  private static Map<String, Object> fields(Snapshot from) {
    Map<String, Object> to = new LinkedHashMap<>();
    to.put("iss", from.installation());
    to.put("version", from.version());
    to.put("iat", from.issuedAt().getEpochSecond());
    to.put("keys", from.keys().stream().map(SnapshotCodec::fields).toList());
    to.put(
        "tokens",
        Map.of(
            "issuer", from.tokens().issuer(),
            "service", from.tokens().service(),
            "realm", from.tokens().realm().toString()));
    to.put("revocations", fields(from.revocations()));
    to.put("access", fields(from.access()));
    to.put(
        "edges",
        from.edges().stream()
            .map(edge -> Map.of("name", edge.name(), "serials", edge.serials()))
            .toList());
    to.put("trust", from.trust());
    return to;
  }

  private static Map<String, Object> fields(Snapshot.Key from) {
    Map<String, Object> to = new LinkedHashMap<>(RsaKeys.toJwk(from.key()));
    to.put("kid", from.id());
    to.put("alg", CompactJws.ALGORITHM);
    to.put("use", "sig");
    from.notAfter().ifPresent(end -> to.put("notAfter", end.getEpochSecond()));
    return to;
  }

  private static Map<String, Object> fields(Snapshot.Revocations from) {
    Map<String, Object> to = new LinkedHashMap<>();
    to.put("tokens", seconds(from.tokens()));
    to.put("subjects", seconds(from.subjects()));
    from.before().ifPresent(before -> to.put("before", before.getEpochSecond()));
    return to;
  }

  private static Map<String, Object> fields(Snapshot.Access from) {
    Map<String, Object> to = new LinkedHashMap<>();
    from.trustedNetworks().ifPresent(networks -> to.put("trustedNetworks", networks));
    to.put("deniedRepositories", from.deniedRepositories());
    to.put("maxStaleness", from.maxStaleness().toSeconds());
    return to;
  }

  private static Map<String, Long> seconds(Map<String, Instant> from) {
    Map<String, Long> to = new TreeMap<>();
    from.forEach((name, at) -> to.put(name, at.getEpochSecond()));
    return to;
  }

  private static Snapshot snapshot(JsonFields from) throws UnreadableJsonException {
    long version = from.number("version");
    require(version > 0, "no version");
    JsonFields tokens = from.object("tokens");
    return new Snapshot(
        from.text("iss"),
        version,
        instant(from.number("iat")),
        keys(from.objects("keys")),
        new Snapshot.Tokens(
            tokens.text("issuer"), tokens.text("service"), URI.create(tokens.text("realm"))),
        revocations(from.object("revocations")),
        access(from.object("access")),
        edges(from.objects("edges")),
        from.texts("trust"));
  }

  private static List<Snapshot.Key> keys(List<JsonFields> from) throws UnreadableJsonException {
    require(!from.isEmpty(), "no keys");
    require(from.size() <= MAX_KEYS, "too many keys");
    List<Snapshot.Key> keys = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JsonFields jwk : from) {
      require(jwk.text("alg").equals(CompactJws.ALGORITHM), "a key of another algorithm");
      RSAPublicKey key = RsaKeys.fromJwk(jwk);
      String id = jwk.text("kid");
      require(id.equals(RsaKeys.thumbprint(key)), "a key under another kid than its own");
      require(ids.add(id), "a key twice");
      keys.add(new Snapshot.Key(id, key, optionalInstant(jwk, "notAfter")));
    }
    return keys;
  }

  private static Snapshot.Revocations revocations(JsonFields from) throws UnreadableJsonException {
    return new Snapshot.Revocations(
        instants(from.object("tokens")),
        instants(from.object("subjects")),
        optionalInstant(from, "before"));
  }

  private static Snapshot.Access access(JsonFields from) throws UnreadableJsonException {
    return new Snapshot.Access(
        from.has("trustedNetworks") ? Optional.of(from.texts("trustedNetworks")) : Optional.empty(),
        from.texts("deniedRepositories"),
        Duration.ofSeconds(from.number("maxStaleness")));
  }

  private static List<Snapshot.Edge> edges(List<JsonFields> from) throws UnreadableJsonException {
    require(from.size() <= MAX_EDGES, "too many edges");
    List<Snapshot.Edge> edges = new ArrayList<>();
    for (JsonFields edge : from) {
      edges.add(new Snapshot.Edge(edge.text("name"), edge.texts("serials")));
    }
    return edges;
  }

  private static Map<String, Instant> instants(JsonFields from) throws UnreadableJsonException {
    Map<String, Instant> to = new HashMap<>();
    for (String name : from.names()) {
      to.put(name, instant(from.number(name)));
    }
    return to;
  }

  private static Optional<Instant> optionalInstant(JsonFields from, String name)
      throws UnreadableJsonException {
    return from.optionalNumber(name).map(SnapshotCodec::instant);
  }

  private static Instant instant(long seconds) {
    return Instant.ofEpochSecond(seconds);
  }

  private static void require(boolean condition, String otherwise) throws UnreadableJsonException {
    if (!condition) {
      throw new UnreadableJsonException(otherwise);
    }
  }
}
