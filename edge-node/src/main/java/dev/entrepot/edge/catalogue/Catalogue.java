package dev.entrepot.edge.catalogue;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.access.Vouched;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/** What the names of the upstreams mean. Futures fail like an origin. */
public interface Catalogue {

  /** The manifest behind a tag or digest. */
  Future<Manifest> manifest(Permit permit, Reference reference);

  /**
   * Vouches that the permitted repository mentions a blob: a manifest seen under it does, or the
   * upstream has just said so. Fails with {@code UnknownBlob} when it does not.
   */
  Future<Vouched> vouch(Permit permit, Digest blob);

  /** The tags behind {@code last}, in lexical order, at most {@code limit}. */
  Future<Tags> tags(Permit permit, Optional<Integer> limit, Optional<String> last);

  /** The referrers of a digest as an OCI index, filtered when a type is asked for. */
  Future<Referrers> referrers(Permit permit, Digest subject, Optional<String> artifactType);

  /** A manifest, byte for byte. */
  record Manifest(Descriptor descriptor, Buffer bytes, CacheStatus status) {}

  /**
   * Some tags.
   *
   * @param more whether there are more behind the last one
   */
  record Tags(List<String> tags, boolean more, CacheStatus status) {
    public Tags {
      tags = List.copyOf(tags);
    }
  }

  /** An index of referrers; {@code filtered} when an artifact type was applied. */
  record Referrers(Buffer index, boolean filtered, CacheStatus status) {}
}
