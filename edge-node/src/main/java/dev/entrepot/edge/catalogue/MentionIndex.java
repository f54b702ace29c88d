package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.store.KeyValueStore;
import dev.entrepot.edge.store.KeyValueStore.Change;
import dev.entrepot.edge.store.Table;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Does this repository mention that digest? Blocks; call it from the disk room.
 *
 * <pre>
 *   key     repository, 'm' manifest or 'b' blob, digest
 *   value   01, media type, size, used on (day)
 * </pre>
 */
final class MentionIndex {
  private static final int VERSION = 1;

  private final KeyValueStore store;

  MentionIndex(KeyValueStore store) {
    this.store = store;
  }

  Optional<Mentioned> get(Mention mention) {
    return store.get(Table.MENTIONS, key(mention)).flatMap(Corrupt.asAbsent(MentionIndex::decode));
  }

  static Change put(Mention mention, Mentioned said) {
    return new Change.Put(Table.MENTIONS, key(mention), encode(said));
  }

  static Change delete(Mention mention) {
    return new Change.Delete(Table.MENTIONS, key(mention));
  }

  static byte[] key(Mention mention) {
    byte[] repository = Keys.repository(mention.repository());
    byte[] digest = Keys.digest(mention.digest());
    return ByteBuffer.allocate(repository.length + 1 + digest.length)
        .put(repository)
        .put(mention.kind().code())
        .put(digest)
        .array();
  }

  static Mention keyFrom(byte[] key) {
    ByteBuffer bytes = ByteBuffer.wrap(key);
    Repository repository = Keys.repositoryFrom(bytes);
    return new Mention(repository, Mention.Kind.of(bytes.get()), Keys.digestFrom(bytes));
  }

  static byte[] encode(Mentioned said) {
    return RecordWriter.version(VERSION)
        .mediaType(said.mediaType())
        .number(said.size())
        .number(said.usedOn())
        .done();
  }

  static Mentioned decode(byte[] value) {
    return RecordReader.read(value, VERSION, MentionIndex::fields);
  }

  private static Mentioned fields(RecordReader record) {
    Mentioned said = new Mentioned(record.mediaType(), record.number(), record.number());
    record.expect(said.size() >= 0, "of a negative size");
    return said;
  }
}
