package dev.entrepot.edge.http;

import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.catalogue.Catalogue;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;

/** Answers the referrers API with an OCI index. */
final class GetReferrers {
  private final Catalogue catalogue;

  GetReferrers(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  Future<Void> answer(Exchange exchange, Permit permit, PullRequest.Referrers asked) {
    return exchange
        .here(catalogue.referrers(permit, asked.digest(), asked.artifactType()))
        .compose(referrers -> send(exchange, referrers));
  }

  private static Future<Void> send(Exchange exchange, Catalogue.Referrers referrers) {
    if (exchange.isOver()) {
      return Future.succeededFuture();
    }
    exchange.cameAbout(referrers.status());
    exchange
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, MediaType.OCI_INDEX.value())
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (referrers.filtered()) {
      exchange.response().putHeader("OCI-Filters-Applied", "artifactType");
    }
    return exchange.send(200, referrers.index());
  }
}
