package dev.entrepot.common.oci;

import java.util.List;
import java.util.Optional;

/**
 * What a manifest or an index says of other content. Never written back: manifests are passed on as
 * the bytes that came.
 *
 * @param mediaType what the document says it is, or what the caller said when it says nothing
 * @param manifests the children of an index that are manifests or indexes themselves
 * @param blobs configuration and layers, and children of an index that are no manifests
 * @param subject what the document refers to, if anything; it may not exist
 * @param artifactType as the document says, if it does
 */
public record ManifestDocument(
    MediaType mediaType,
    List<Descriptor> manifests,
    List<Descriptor> blobs,
    Optional<Digest> subject,
    Optional<String> artifactType) {
  public ManifestDocument {
    manifests = List.copyOf(manifests);
    blobs = List.copyOf(blobs);
  }
}
