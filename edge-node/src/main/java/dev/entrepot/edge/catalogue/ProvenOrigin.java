package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.ManifestOrigin;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * The origins of the catalogue, with a proof for what is new. A repository that everyone could read
 * yesterday may be closed today, and our credentials go on opening it: so whatever they bring anew
 * for a repository that is thought to be public is asked for without any as well, before anybody is
 * given it. When that cannot be found out the answer is not to be had.
 */
final class ProvenOrigin implements ManifestOrigin, BlobOrigin {
  private final ManifestOrigin manifests;
  private final BlobOrigin blobs;
  private final RepositoryVisibility visibility;

  ProvenOrigin(ManifestOrigin manifests, BlobOrigin blobs, RepositoryVisibility visibility) {
    this.manifests = manifests;
    this.blobs = blobs;
    this.visibility = visibility;
  }

  @Override
  public Future<Fetched> manifest(Repository repository, Reference reference) {
    return manifests
        .manifest(repository, reference)
        .compose(it -> proven(repository, new Probe.OfManifest(it.digest()), it));
  }

  /** That a tag means what it meant is nothing new. */
  @Override
  public Future<Current> current(
      Repository repository, Reference reference, Optional<Digest> known) {
    return manifests
        .current(repository, reference, known)
        .compose(it ->
            switch (it) {
              case Current.Changed(Digest digest, _, _) ->
                  proven(repository, new Probe.OfManifest(digest), it);
              case Current.Unchanged _ when reference instanceof Digest digest ->
                  proven(repository, new Probe.OfManifest(digest), it);
              case Current.Unchanged _ -> Future.succeededFuture(it);
            });
  }

  @Override
  public Future<Boolean> readableByAnyone(Repository repository, Probe probe) {
    return manifests.readableByAnyone(repository, probe);
  }

  @Override
  public Future<TagPage> tags(
      Repository repository, Optional<Integer> limit, Optional<String> last) {
    return manifests
        .tags(repository, limit, last)
        .compose(it -> proven(repository, new Probe.OfTags(), it));
  }

  @Override
  public Future<Fetched> referrers(Repository repository, Digest digest) {
    return manifests
        .referrers(repository, digest)
        .compose(it ->
            listed(it, digest)
                .map(one -> proven(repository, new Probe.OfManifest(one), it))
                .orElse(Future.succeededFuture(it)));
  }

  /**
   * What to prove a list of referrers by: one of them. Their subject may be what a stranger has
   * made up; registries have an empty list for what they never heard of, and that tells nobody
   * anything.
   */
  private static Optional<Digest> listed(Fetched index, Digest subject) {
    try {
      JsonArray all = new JsonObject(Buffer.buffer(index.bytes())).getJsonArray("manifests");
      if (all != null && all.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          all != null && all.getValue(0) instanceof JsonObject first
              ? Digest.parse(first.getString("digest", ""))
              : subject);
    } catch (DecodeException | ClassCastException | IllegalArgumentException _) {
      return Optional.of(subject);
    }
  }

  @Override
  public Future<Long> size(Repository repository, Digest digest) {
    return blobs
        .size(repository, digest)
        .compose(it -> proven(repository, new Probe.OfBlob(digest), it));
  }

  /** The bytes of a blob are those that a manifest mentions which was proved when it came. */
  @Override
  public Future<Answer> fetch(Repository repository, Digest digest, Span span) {
    return blobs.fetch(repository, digest, span);
  }

  private <T> Future<T> proven(Repository repository, Probe probe, T answer) {
    return visibility.prove(repository, probe).map(answer);
  }
}
