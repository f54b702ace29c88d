package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.access.Vouched;
import io.vertx.core.Future;
import java.util.Optional;

/** The catalogue, one question to each of its parts. */
final class CachingCatalogue implements Catalogue {
  private final ManifestsByTag byTag;
  private final ManifestsByDigest byDigest;
  private final BlobVoucher voucher;
  private final TagLists tags;
  private final ReferrerLists referrers;

  CachingCatalogue(
      ManifestsByTag byTag,
      ManifestsByDigest byDigest,
      BlobVoucher voucher,
      TagLists tags,
      ReferrerLists referrers) {
    this.byTag = byTag;
    this.byDigest = byDigest;
    this.voucher = voucher;
    this.tags = tags;
    this.referrers = referrers;
  }

  @Override
  public Future<Manifest> manifest(Permit permit, Reference reference) {
    return switch (reference) {
      case Digest digest -> byDigest.manifest(permit, digest);
      case Tag tag -> byTag.manifest(permit, tag);
    };
  }

  @Override
  public Future<Vouched> vouch(Permit permit, Digest blob) {
    return voucher.vouch(permit, blob);
  }

  @Override
  public Future<Tags> tags(Permit permit, Optional<Integer> limit, Optional<String> last) {
    return tags.tags(permit, limit, last);
  }

  @Override
  public Future<Referrers> referrers(Permit permit, Digest subject, Optional<String> artifactType) {
    return referrers.referrers(permit, subject, artifactType);
  }
}
