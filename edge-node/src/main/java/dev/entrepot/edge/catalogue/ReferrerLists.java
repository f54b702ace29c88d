package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * Which manifests refer to a digest (distribution specification 1.1, "Listing Referrers"). An
 * upstream without that API is asked for the fallback tag, {@code sha256-<hex>}.
 */
final class ReferrerLists {
  private final Listings listings;
  private final ManifestOrigin origin;
  private final CatalogueConfig config;

  ReferrerLists(Listings listings, ManifestOrigin origin, CatalogueConfig config) {
    this.listings = listings;
    this.origin = origin;
    this.config = config;
  }

  Future<Catalogue.Referrers> referrers(
      Permit permit, Digest subject, Optional<String> artifactType) {
    Repository repository = permit.repository();
    return listings
        .get(
            new Question.OfReferrers(repository, subject),
            config.upstream(repository.upstream()).ofReferrers(),
            () -> fetch(repository, subject))
        .compose(listed -> answer(repository, listed, artifactType));
  }

  private Future<byte[]> fetch(Repository repository, Digest subject) {
    return origin
        .referrers(repository, subject)
        .recover(cause ->
            PullException.failureOf(cause) instanceof Failure.UnsupportedByOrigin
                ? fallback(repository, subject)
                : Future.failedFuture(cause))
        .compose(fetched -> indexOf(repository, fetched));
  }

  /** No such tag means that nobody refers to the subject. */
  private Future<Fetched> fallback(Repository repository, Digest subject) {
    Tag tag = new Tag(subject.toString().replace(':', '-'));
    return origin
        .manifest(repository, tag)
        .recover(cause ->
            PullException.failureOf(cause) instanceof Failure.UnknownManifest
                ? Future.succeededFuture(none())
                : Future.failedFuture(cause));
  }

  private static Fetched none() {
    byte[] bytes =
        new JsonObject()
            .put("schemaVersion", 2)
            .put("mediaType", MediaType.OCI_INDEX.value())
            .put("manifests", new JsonArray())
            .toBuffer()
            .getBytes();
    return new Fetched(MediaType.OCI_INDEX, Digest.sha256(bytes), bytes);
  }

  private static Future<byte[]> indexOf(Repository repository, Fetched fetched) {
    return fetched.mediaType().isIndex()
        ? Future.succeededFuture(fetched.bytes())
        : Future.failedFuture(lie(repository, "referrers that are no index"));
  }

  private static Future<Catalogue.Referrers> answer(
      Repository repository, Listings.Listed listed, Optional<String> artifactType) {
    Buffer whole = Buffer.buffer(listed.body());
    if (artifactType.isEmpty()) {
      return Future.succeededFuture(new Catalogue.Referrers(whole, false, listed.status()));
    }
    try {
      Buffer filtered = filter(new JsonObject(whole), artifactType.get());
      return Future.succeededFuture(new Catalogue.Referrers(filtered, true, listed.status()));
    } catch (DecodeException | ClassCastException e) {
      return Future.failedFuture(lie(repository, "an index of referrers that cannot be read"));
    }
  }

  private static Buffer filter(JsonObject index, String artifactType) {
    JsonArray kept = new JsonArray();
    JsonArray all = index.getJsonArray("manifests", new JsonArray());
    for (int n = 0; n < all.size(); n++) {
      JsonObject descriptor = all.getJsonObject(n);
      if (artifactType.equals(descriptor.getString("artifactType"))) {
        kept.add(descriptor);
      }
    }
    return index.copy().put("manifests", kept).toBuffer();
  }

  private static RuntimeException lie(Repository repository, String detail) {
    return new Failure.OriginLied(repository.upstream(), detail).asException();
  }
}
