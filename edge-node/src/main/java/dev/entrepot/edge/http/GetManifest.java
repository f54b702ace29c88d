package dev.entrepot.edge.http;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.catalogue.Catalogue;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;

/**
 * Answers {@code GET} and {@code HEAD} of a manifest, byte for byte, in the type it has: {@code
 * Accept} chooses nothing, for there is only one representation.
 */
final class GetManifest {
  private final Catalogue catalogue;

  GetManifest(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  Future<Void> answer(Exchange exchange, Permit permit, PullRequest.Manifest asked) {
    return exchange
        .here(catalogue.manifest(permit, asked.reference()))
        .compose(manifest -> send(exchange, permit, asked, manifest));
  }

  private static Future<Void> send(
      Exchange exchange, Permit permit, PullRequest.Manifest asked, Catalogue.Manifest manifest) {
    if (exchange.isOver()) {
      return Future.succeededFuture();
    }
    String digest = manifest.descriptor().digest().toString();
    exchange.cameAbout(manifest.status());
    exchange.describe(digest, asked.reference() instanceof Digest, permit);
    if (Conditions.matches(exchange.request().headers(), digest)) {
      return exchange.notModified();
    }
    String type = manifest.descriptor().mediaType().value();
    exchange.response().putHeader(HttpHeaders.CONTENT_TYPE, type);
    return exchange.send(200, manifest.bytes());
  }
}
