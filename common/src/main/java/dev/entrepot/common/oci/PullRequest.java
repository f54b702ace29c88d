package dev.entrepot.common.oci;

import java.util.Optional;

/** One thing a client can ask an edge for, already parsed and already valid. */
public sealed interface PullRequest {

  /** {@code /v2/}: is this a registry, and may I? */
  record Ping() implements PullRequest {}

  /** Everything that is asked of a repository. */
  sealed interface OfRepository extends PullRequest {
    Repository repository();
  }

  /** {@code /v2/<name>/blobs/<digest>}. */
  record Blob(Repository repository, Digest digest) implements OfRepository {}

  /** {@code /v2/<name>/manifests/<reference>}. */
  record Manifest(Repository repository, Reference reference) implements OfRepository {}

  /**
   * {@code /v2/<name>/tags/list?n=&last=}.
   *
   * @param limit the most tags wanted, if the client said so; 0 or more
   * @param last the tag after which to begin
   */
  record TagList(Repository repository, Optional<Integer> limit, Optional<String> last)
      implements OfRepository {}

  /** {@code /v2/<name>/referrers/<digest>?artifactType=}. */
  record Referrers(Repository repository, Digest digest, Optional<String> artifactType)
      implements OfRepository {}
}
