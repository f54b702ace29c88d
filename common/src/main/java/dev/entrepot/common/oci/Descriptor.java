package dev.entrepot.common.oci;

/**
 * What bytes to expect: the three mandatory fields of an OCI descriptor.
 *
 * @param size in bytes, 0 or more
 */
public record Descriptor(MediaType mediaType, Digest digest, long size) {
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("negative size: " + size);
    }
  }
}
