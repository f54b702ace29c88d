package dev.entrepot.control.keys;

import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import dev.entrepot.control.store.ControlStore;
import dev.entrepot.control.store.ControlStore.Change;
import dev.entrepot.control.store.ControlStore.Table;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Who this installation is: a random name and the key that signs its snapshots, both made once and
 * kept for good. The snapshot key never signs tokens.
 */
public final class Installation {
  private static final String NAME = "installation";
  private static final String KEY = "snapshot-key";
  private static final int NAME_BYTES = 16;
  private static final int KEY_BITS = 3_072; // it lives as long as the installation

  private final String id;
  private final RsaPair key;

  private Installation(String id, RsaPair key) {
    this.id = id;
    this.key = key;
  }

  /** What is kept, or something new that is kept from now on. Blocks. */
  public static Installation open(ControlStore store, SecureRandom random) {
    Optional<byte[]> name = store.get(Table.META, NAME);
    Optional<byte[]> key = store.get(Table.META, KEY);
    if (name.isPresent() && key.isPresent()) {
      return new Installation(
          new String(name.get(), StandardCharsets.US_ASCII), RsaPair.decode(key.get()));
    }
    byte[] bytes = new byte[NAME_BYTES];
    random.nextBytes(bytes);
    Installation made =
        new Installation(HexFormat.of().formatHex(bytes), RsaPair.generate(KEY_BITS, random));
    store.write(
        List.of(
            new Change.Put(Table.META, NAME, made.id.getBytes(StandardCharsets.US_ASCII)),
            new Change.Put(Table.META, KEY, made.key.encode())));
    return made;
  }

  /** 32 hexadecimal digits. */
  public String id() {
    return id;
  }

  /** What edges hold to know this installation's snapshots by. */
  public RSAPublicKey snapshotKey() {
    return key.shown();
  }

  /** Signs a snapshot. */
  public String sign(Snapshot snapshot) {
    return SnapshotCodec.sign(snapshot, key.id(), key.secret());
  }
}
