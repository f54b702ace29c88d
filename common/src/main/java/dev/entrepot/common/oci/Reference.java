package dev.entrepot.common.oci;

/** What a manifest is asked by: a name that may move, or the digest of its bytes. */
public sealed interface Reference permits Digest, Tag {

  /**
   * Reads a reference: with a colon it is a digest, otherwise a tag; nothing else is allowed.
   *
   * @throws IllegalArgumentException when it is neither
   */
  static Reference parse(String text) {
    return text.indexOf(':') >= 0 ? Digest.parse(text) : new Tag(text);
  }
}
