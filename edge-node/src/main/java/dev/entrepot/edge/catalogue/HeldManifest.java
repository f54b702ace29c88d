package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/**
 * A manifest's bytes, as they came. The buffer is shared by all who are given it, and read only.
 *
 * @param storedAt when it was fetched
 */
record HeldManifest(Digest digest, MediaType mediaType, Buffer bytes, Instant storedAt) {

  static HeldManifest of(Fetched fetched, Instant now) {
    return new HeldManifest(
        fetched.digest(), fetched.mediaType(), Buffer.buffer(fetched.bytes()), now);
  }

  Descriptor descriptor() {
    return new Descriptor(mediaType, digest, bytes.length());
  }
}
