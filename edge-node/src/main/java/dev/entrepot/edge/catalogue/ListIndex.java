package dev.entrepot.edge.catalogue;

import dev.entrepot.edge.store.KeyValueStore;
import dev.entrepot.edge.store.KeyValueStore.Change;
import dev.entrepot.edge.store.Table;
import java.util.Optional;

/**
 * What did the upstream last list? Blocks; call it from the disk room.
 *
 * <pre>
 *   key     repository, 't' for its tags, or 'r' and a digest for the digest's referrers
 *   value   01, confirmed at (ms), the body
 * </pre>
 */
final class ListIndex {
  private static final int VERSION = 1;
  private static final byte[] TAGS = {'t'};
  private static final byte[] REFERRERS = {'r'};

  private final KeyValueStore store;

  ListIndex(KeyValueStore store) {
    this.store = store;
  }

  Optional<Listing> get(Question question) {
    return store.get(Table.LISTS, key(question)).flatMap(Corrupt.asAbsent(ListIndex::decode));
  }

  static Change put(Question question, Listing listing) {
    return new Change.Put(Table.LISTS, key(question), encode(listing));
  }

  static Change delete(Question question) {
    return new Change.Delete(Table.LISTS, key(question));
  }

  static byte[] key(Question question) {
    byte[] repository = Keys.repository(question.repository());
    return switch (question) {
      case Question.OfTags _ -> Keys.join(repository, TAGS);
      case Question.OfReferrers of ->
          Keys.join(repository, Keys.join(REFERRERS, Keys.digest(of.subject())));
      case Question.OfManifest _, Question.OfBlob _ ->
          throw new IllegalArgumentException("not a question for a list");
    };
  }

  static byte[] encode(Listing listing) {
    return RecordWriter.version(VERSION).instant(listing.confirmedAt()).raw(listing.body()).done();
  }

  static Listing decode(byte[] value) {
    return RecordReader.read(
        value, VERSION, record -> new Listing(record.instant(), record.rest()));
  }
}
