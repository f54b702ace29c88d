package dev.entrepot.loadtest.load;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;

/** An image as it is asked for: a repository of the target, and a tag or digest. */
public record ImageName(String repository, Reference reference) {
  public ImageName {
    if (!Repository.isPath(repository)) {
      throw new IllegalArgumentException("not a repository name");
    }
  }

  /**
   * Reads {@code NAME}, {@code NAME:TAG} or {@code NAME@DIGEST}; the tag is {@code latest} when
   * there is none.
   *
   * @throws IllegalArgumentException when it is none of these
   */
  public static ImageName parse(String text) {
    int at = text.indexOf('@');
    if (at >= 0) {
      return new ImageName(text.substring(0, at), Digest.parse(text.substring(at + 1)));
    }
    int colon = text.lastIndexOf(':');
    return colon < 0
        ? new ImageName(text, new Tag("latest"))
        : new ImageName(text.substring(0, colon), new Tag(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return repository + (reference instanceof Digest ? "@" : ":") + reference;
  }
}
