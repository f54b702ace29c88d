package dev.entrepot.edge.policy;

import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.AccessToken.Grant;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a control plane would say and sign, with real keys. */
public final class Installation {
  public static final String SERVICE = "entrepot";

  private final KeyPair snapshots = rsa(2048);
  private final KeyPair tokens = rsa(2048);
  public final String id;

  public Installation(String id) {
    this.id = id;
  }

  public static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public String issuer() {
    return "entrepot:" + id;
  }

  public RSAPublicKey snapshotKey() {
    return (RSAPublicKey) snapshots.getPublic();
  }

  public KeyPair tokenKeys() {
    return tokens;
  }

  public String keyId() {
    return RsaKeys.thumbprint((RSAPublicKey) tokens.getPublic());
  }

  public Snapshot snapshot(long version) {
    return snapshot(version, Snapshot.Revocations.NONE, Snapshot.Access.UNCHANGED);
  }

  public Snapshot snapshot(long version, Snapshot.Revocations revocations, Snapshot.Access access) {
    return new Snapshot(
        id,
        version,
        Instant.now(),
        List.of(new Snapshot.Key(keyId(), (RSAPublicKey) tokens.getPublic(), Optional.empty())),
        new Snapshot.Tokens(issuer(), SERVICE, URI.create("https://control.example:5002/token")),
        revocations,
        access,
        List.of(),
        List.of());
  }

  public String sign(Snapshot snapshot) {
    return SnapshotCodec.sign(snapshot, RsaKeys.thumbprint(snapshotKey()), snapshots.getPrivate());
  }

  public AccessToken claims(String subject, Grant... grants) {
    Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond());
    return new AccessToken(
        issuer(),
        SERVICE,
        subject,
        UUID.randomUUID().toString(),
        now,
        Optional.of(now),
        now.plus(Duration.ofMinutes(5)),
        List.of(grants));
  }

  /** Signs what no control plane of ours would say, as a snapshot. */
  public String signSnapshot(byte[] json) {
    String id = RsaKeys.thumbprint(snapshotKey());
    return CompactJws.sign(SnapshotCodec.TYPE, id, snapshots.getPrivate(), json);
  }

  public String sign(AccessToken token) {
    return signToken(token.toJson());
  }

  /** Signs claims of any kind as a token. */
  public String signToken(byte[] json) {
    return CompactJws.sign(AccessToken.TYPE, keyId(), tokens.getPrivate(), json);
  }
}
