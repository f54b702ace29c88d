package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.store.KeyValueStore;
import dev.entrepot.edge.store.KeyValueStore.Change;
import dev.entrepot.edge.store.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What did this tag mean, and when was that confirmed? Blocks; call it from the disk room.
 *
 * <pre>
 *   key     repository, tag
 *   value   01, digest, confirmed at (ms), withheld (0 or 1), used on (day)
 * </pre>
 */
final class TagIndex {
  private static final int VERSION = 1;

  private final KeyValueStore store;

  TagIndex(KeyValueStore store) {
    this.store = store;
  }

  Optional<KnownTag> get(TagKey key) {
    return store.get(Table.TAGS, key(key)).flatMap(Corrupt.asAbsent(TagIndex::decode));
  }

  static Change put(TagKey key, KnownTag tag) {
    return new Change.Put(Table.TAGS, key(key), encode(tag));
  }

  static Change delete(TagKey key) {
    return new Change.Delete(Table.TAGS, key(key));
  }

  static byte[] key(TagKey key) {
    return Keys.join(
        Keys.repository(key.repository()), key.tag().value().getBytes(StandardCharsets.US_ASCII));
  }

  static TagKey keyFrom(byte[] key) {
    ByteBuffer bytes = ByteBuffer.wrap(key);
    Repository repository = Keys.repositoryFrom(bytes);
    String tag = new String(key, bytes.position(), bytes.remaining(), StandardCharsets.US_ASCII);
    return new TagKey(repository, new Tag(tag));
  }

  static byte[] encode(KnownTag tag) {
    return RecordWriter.version(VERSION)
        .digest(tag.digest())
        .instant(tag.confirmedAt())
        .octet(tag.withheld() ? 1 : 0)
        .number(tag.usedOn())
        .done();
  }

  static KnownTag decode(byte[] value) {
    return RecordReader.read(value, VERSION, TagIndex::fields);
  }

  private static KnownTag fields(RecordReader record) {
    return new KnownTag(record.digest(), record.instant(), record.flag(), record.number());
  }
}
