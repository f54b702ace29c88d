package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.access.Vouched;
import dev.entrepot.edge.blob.Blobs;
import dev.entrepot.edge.blob.OpenBlob;
import dev.entrepot.edge.catalogue.Catalogue;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;

/** {@code GET|HEAD /v2/<name>/blobs/<digest>}, whole or in parts (RFC 9110, section 14). */
final class BlobVerb {
  private final Catalogue catalogue;
  private final Blobs blobs;
  private final DoorLimits limits;

  BlobVerb(Catalogue catalogue, Blobs blobs, DoorLimits limits) {
    this.catalogue = catalogue;
    this.blobs = blobs;
    this.limits = limits;
  }

  Future<Void> serve(Pull pull, Permit permit, Digest digest) {
    return catalogue.vouch(permit, digest).compose(vouched -> answer(pull, vouched));
  }

  private Future<Void> answer(Pull pull, Vouched vouched) {
    Digest digest = vouched.descriptor().digest();
    long size = vouched.descriptor().size();
    HttpServerResponse response = pull.response();
    if (response.closed()) {
      return Future.succeededFuture();
    }
    if (Conditions.isNotModified(pull, digest)) {
      describe(response, digest);
      return Whole.empty(pull, 304);
    }
    if (pull.isHead()) {
      return head(pull, digest, size);
    }
    RangeHeader.Selection selection =
        Conditions.rangeCounts(pull, digest)
            ? RangeHeader.select(pull.header("Range"), size, limits.ranges())
            : new RangeHeader.Selection.Whole();
    return switch (selection) {
      case RangeHeader.Selection.Whole _ ->
          open(pull, vouched, List.of(new ByteRange(0, size)), false);
      case RangeHeader.Selection.Parts(List<ByteRange> ranges) -> open(pull, vouched, ranges, true);
      case RangeHeader.Selection.Unsatisfiable _ -> {
        response.putHeader("Content-Range", "bytes */" + size);
        yield unreadable(OciErrorCode.RANGE_INVALID, "the blob has only " + size + " bytes");
      }
      case RangeHeader.Selection.TooMany _ ->
          unreadable(
              OciErrorCode.NAME_INVALID,
              "at most " + limits.ranges() + " ranges are answered at once");
    };
  }

  private static Future<Void> head(Pull pull, Digest digest, long size) {
    return Whole.onContext(
        pull,
        () -> {
          HttpServerResponse response = pull.response();
          describe(response, digest);
          Whole.tell(pull, CacheStatus.hit(Duration.ZERO));
          response.putHeader("Content-Type", "application/octet-stream");
          response.putHeader("Content-Length", Long.toString(size));
          return response.end();
        });
  }

  private Future<Void> open(Pull pull, Vouched vouched, List<ByteRange> ranges, boolean parts) {
    return blobs
        .open(vouched, ranges)
        .compose(blob ->
            Whole.onContext(
                    pull,
                    () -> {
                      HttpServerResponse response = pull.response();
                      describe(response, vouched.descriptor().digest());
                      Whole.tell(pull, blob.status());
                      return pour(pull, blob, ranges, parts);
                    })
                .eventually(() -> {
                  blob.close();
                  return Future.succeededFuture();
                }));
  }

  private Future<Void> pour(Pull pull, OpenBlob blob, List<ByteRange> ranges, boolean parts) {
    HttpServerResponse response = pull.response();
    Multipart multipart = new Multipart(blob.size(), pull.id());
    if (parts && ranges.size() > 1) {
      response.setStatusCode(206);
      response.putHeader("Content-Type", multipart.contentType());
      response.putHeader("Content-Length", Long.toString(multipart.length(ranges)));
      return new Pour(pull, blob, limits.stall()).parts(ranges, multipart);
    }
    ByteRange range = ranges.getFirst();
    if (parts) {
      response.setStatusCode(206);
      response.putHeader("Content-Range", Multipart.contentRange(range, blob.size()));
    }
    response.putHeader("Content-Type", "application/octet-stream");
    response.putHeader("Content-Length", Long.toString(range.end() - range.first()));
    return new Pour(pull, blob, limits.stall()).whole(range);
  }

  private static void describe(HttpServerResponse response, Digest digest) {
    response.putHeader("Docker-Content-Digest", digest.toString());
    response.putHeader("ETag", Conditions.etag(digest));
    response.putHeader("Accept-Ranges", "bytes");
    response.putHeader("Cache-Control", "max-age=31536000, immutable");
  }

  private static Future<Void> unreadable(OciErrorCode code, String detail) {
    return Future.failedFuture(new Failure.Unreadable(code, detail).asException());
  }
}
