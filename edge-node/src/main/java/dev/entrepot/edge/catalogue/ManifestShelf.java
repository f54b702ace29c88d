package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.edge.store.KeyValueStore;
import dev.entrepot.edge.store.KeyValueStore.Change;
import dev.entrepot.edge.store.Table;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What are the bytes of this manifest? One copy, whatever repositories mention it. Bytes that do
 * not hash to their digest any more count as absent. Blocks; call it from the disk room.
 *
 * <pre>
 *   key     digest
 *   value   01, stored at (ms), media type, the bytes
 * </pre>
 */
final class ManifestShelf {
  private static final Logger LOG = LoggerFactory.getLogger(ManifestShelf.class);
  private static final int VERSION = 1;

  private final KeyValueStore store;

  ManifestShelf(KeyValueStore store) {
    this.store = store;
  }

  Optional<HeldManifest> get(Digest digest) {
    return store
        .get(Table.MANIFESTS, key(digest))
        .flatMap(Corrupt.asAbsent(ManifestShelf::decode))
        .filter(value -> isProved(digest, value))
        .map(value -> value.as(digest));
  }

  static Change put(HeldManifest manifest) {
    return new Change.Put(Table.MANIFESTS, key(manifest.digest()), encode(Value.of(manifest)));
  }

  static Change delete(Digest digest) {
    return new Change.Delete(Table.MANIFESTS, key(digest));
  }

  static byte[] key(Digest digest) {
    return Keys.digest(digest);
  }

  static Digest keyFrom(byte[] key) {
    ByteBuffer bytes = ByteBuffer.wrap(key);
    Digest digest = Keys.digestFrom(bytes);
    if (bytes.hasRemaining()) {
      throw new CorruptRecordException("a digest with something behind it");
    }
    return digest;
  }

  /** A manifest without the digest, which is the key. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Value(Instant storedAt, MediaType mediaType, byte[] bytes) {
    static Value of(HeldManifest manifest) {
      return new Value(manifest.storedAt(), manifest.mediaType(), manifest.bytes().getBytes());
    }

    HeldManifest as(Digest digest) {
      return new HeldManifest(digest, mediaType, Buffer.buffer(bytes), storedAt);
    }
  }

  static byte[] encode(Value value) {
    return RecordWriter.version(VERSION)
        .instant(value.storedAt())
        .mediaType(value.mediaType())
        .raw(value.bytes())
        .done();
  }

  static Value decode(byte[] value) {
    return RecordReader.read(
        value, VERSION, record -> new Value(record.instant(), record.mediaType(), record.rest()));
  }

  private static boolean isProved(Digest digest, Value value) {
    byte[] bytes = value.bytes();
    boolean proved = Digest.of(digest.algorithm(), bytes, 0, bytes.length).equals(digest);
    if (!proved) {
      LOG.warn("the manifest {} has rotted on disk and will be fetched again", digest);
    }
    return proved;
  }
}
