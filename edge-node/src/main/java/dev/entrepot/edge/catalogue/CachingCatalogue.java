package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.access.Vouched;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * The catalogue, one question to each of its parts. Who was let in because everyone is gets nothing
 * of a repository that has turned out not to be public while the question was being answered.
 */
final class CachingCatalogue implements Catalogue {
  private final ManifestsByTag byTag;
  private final ManifestsByDigest byDigest;
  private final BlobVoucher voucher;
  private final TagLists tags;
  private final ReferrerLists referrers;
  private final RepositoryVisibility visibility;

  CachingCatalogue(
      ManifestsByTag byTag,
      ManifestsByDigest byDigest,
      BlobVoucher voucher,
      TagLists tags,
      ReferrerLists referrers,
      RepositoryVisibility visibility) {
    this.byTag = byTag;
    this.byDigest = byDigest;
    this.voucher = voucher;
    this.tags = tags;
    this.referrers = referrers;
    this.visibility = visibility;
  }

  @Override
  public Future<Manifest> manifest(Permit permit, Reference reference) {
    return checked(
        permit,
        switch (reference) {
          case Digest digest -> byDigest.manifest(permit, digest);
          case Tag tag -> byTag.manifest(permit, tag);
        });
  }

  @Override
  public Future<Vouched> vouch(Permit permit, Digest blob) {
    return checked(permit, voucher.vouch(permit, blob));
  }

  @Override
  public Future<Tags> tags(Permit permit, Optional<Integer> limit, Optional<String> last) {
    return checked(permit, tags.tags(permit, limit, last));
  }

  @Override
  public Future<Referrers> referrers(Permit permit, Digest subject, Optional<String> artifactType) {
    return checked(permit, referrers.referrers(permit, subject, artifactType));
  }

  private <T> Future<T> checked(Permit permit, Future<T> answer) {
    return permit.everyone()
        ? answer.compose(it ->
            visibility
                .isStillPublic(permit.repository())
                .compose(still ->
                    still
                        ? Future.succeededFuture(it)
                        : Future.failedFuture(
                            new Failure.Denied(permit.repository()).asException())))
        : answer;
  }
}
