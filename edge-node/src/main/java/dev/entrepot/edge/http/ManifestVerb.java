package dev.entrepot.edge.http;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.catalogue.Catalogue;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;

/**
 * {@code GET|HEAD /v2/<name>/manifests/<reference>}. The type is the stored one, whatever the
 * client accepts: another one would be other bytes under the same digest.
 */
final class ManifestVerb {
  private final Catalogue catalogue;

  ManifestVerb(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  Future<Void> serve(Pull pull, Permit permit, Reference reference) {
    return catalogue
        .manifest(permit, reference)
        .compose(manifest -> answer(pull, reference, manifest));
  }

  private static Future<Void> answer(Pull pull, Reference reference, Catalogue.Manifest manifest) {
    Digest digest = manifest.descriptor().digest();
    return Whole.onContext(
        pull,
        () -> {
          HttpServerResponse response = pull.response();
          Whole.tell(pull, manifest.status());
          response.putHeader("Docker-Content-Digest", digest.toString());
          response.putHeader("ETag", Conditions.etag(digest));
          response.putHeader(
              "Cache-Control",
              reference instanceof Digest ? "max-age=31536000, immutable" : "no-cache");
          return Conditions.isNotModified(pull, digest)
              ? Whole.empty(pull, 304)
              : Whole.send(pull, manifest.descriptor().mediaType().value(), manifest.bytes());
        });
  }
}
