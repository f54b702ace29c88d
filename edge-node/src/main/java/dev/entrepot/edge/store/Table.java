package dev.entrepot.edge.store;

/** The tables of small values. Each has one class elsewhere that builds and parses its keys. */
public enum Table {
  /** Facts about the store itself, such as its format version. */
  META,
  /** One record for each blob: its state, cells, checksums, class. */
  BLOBS,
  /** The bytes of small blobs. */
  OBJECTS,
  /** The bytes of manifests, by digest. */
  MANIFESTS,
  /** What tags mean and when that was confirmed. */
  TAGS,
  /** Which repository mentions which digest. */
  MENTIONS,
  /** Tag lists and referrers as last seen. */
  LISTS,
  /** What is known of repositories, such as whether anyone may read them. */
  REPOSITORIES,
  /** When and how often blobs were read. */
  TOUCHES
}
