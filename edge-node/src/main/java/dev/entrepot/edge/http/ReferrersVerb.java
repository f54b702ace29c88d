package dev.entrepot.edge.http;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.catalogue.Catalogue;
import io.vertx.core.Future;
import java.util.Optional;

/** {@code GET /v2/<name>/referrers/<digest>}. */
final class ReferrersVerb {
  private final Catalogue catalogue;

  ReferrersVerb(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  Future<Void> serve(Pull pull, Permit permit, Digest subject, Optional<String> artifactType) {
    return catalogue
        .referrers(permit, subject, artifactType)
        .compose(referrers ->
            Whole.onContext(
                pull,
                () -> {
                  Whole.tell(pull, referrers.status());
                  if (referrers.filtered()) {
                    pull.response().putHeader("OCI-Filters-Applied", "artifactType");
                  }
                  return Whole.send(pull, MediaType.OCI_INDEX.value(), referrers.index());
                }));
  }
}
