package dev.entrepot.edge.http;

import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.access.Vouched;
import dev.entrepot.edge.blob.Blobs;
import dev.entrepot.edge.blob.OpenBlob;
import dev.entrepot.edge.catalogue.Catalogue;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;

/** Answers {@code GET} and {@code HEAD} of a blob, whole or in parts. */
final class GetBlob {
  private static final String TYPE = "application/octet-stream";

  private final Catalogue catalogue;
  private final Blobs blobs;
  private final Answers answers;
  private final int mostRanges;
  private final Duration stall;

  GetBlob(
      Catalogue catalogue, Blobs blobs, Answers answers, DoorLimits limits, DoorTimeouts timeouts) {
    this.catalogue = catalogue;
    this.blobs = blobs;
    this.answers = answers;
    this.mostRanges = limits.ranges();
    this.stall = timeouts.stall();
  }

  Future<Void> answer(Exchange exchange, Permit permit, PullRequest.Blob asked) {
    return exchange
        .here(catalogue.vouch(permit, asked.digest()))
        .compose(vouched -> vouched(exchange, vouched));
  }

  private Future<Void> vouched(Exchange exchange, Vouched vouched) {
    if (exchange.isOver()) {
      return Future.succeededFuture();
    }
    String digest = vouched.descriptor().digest().toString();
    exchange.describe(digest, true, vouched.permit());
    if (Conditions.matches(exchange.request().headers(), digest)) {
      return exchange.notModified();
    }
    exchange.response().putHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
    return exchange.isHead()
        ? head(exchange, vouched.descriptor().size())
        : get(exchange, vouched, digest);
  }

  private static Future<Void> head(Exchange exchange, long size) {
    return exchange
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
        .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(size))
        .end();
  }

  private Future<Void> get(Exchange exchange, Vouched vouched, String digest) {
    long size = vouched.descriptor().size();
    return switch (selection(exchange, digest, size)) {
      case RangeHeader.Selection.Whole _ -> whole(exchange, vouched, size);
      case RangeHeader.Selection.Single(ByteRange range) -> single(exchange, vouched, range, size);
      case RangeHeader.Selection.Several(List<ByteRange> ranges) ->
          several(exchange, vouched, ranges, size);
      case RangeHeader.Selection.Unsatisfiable _ -> {
        answers.unsatisfiable(exchange, size);
        yield Future.succeededFuture();
      }
    };
  }

  private RangeHeader.Selection selection(Exchange exchange, String digest, long size) {
    var headers = exchange.request().headers();
    String range = headers.get("Range");
    return range == null || !Conditions.rangeHolds(headers, digest)
        ? new RangeHeader.Selection.Whole()
        : RangeHeader.select(range, size, mostRanges);
  }

  private Future<Void> whole(Exchange exchange, Vouched vouched, long size) {
    ByteRange all = new ByteRange(0, size);
    return pour(exchange, vouched, 200, TYPE, List.of(all), List.of(new Piece.Part(all)));
  }

  private Future<Void> single(Exchange exchange, Vouched vouched, ByteRange range, long size) {
    String contentRange = Multipart.contentRange(range, size);
    exchange.response().putHeader(HttpHeaders.CONTENT_RANGE, contentRange);
    return pour(exchange, vouched, 206, TYPE, List.of(range), List.of(new Piece.Part(range)));
  }

  private Future<Void> several(
      Exchange exchange, Vouched vouched, List<ByteRange> ranges, long size) {
    Multipart multipart = new Multipart(exchange.id(), TYPE, size);
    String type = multipart.contentType();
    return pour(exchange, vouched, 206, type, ranges, multipart.pieces(ranges));
  }

  private Future<Void> pour(
      Exchange exchange,
      Vouched vouched,
      int status,
      String type,
      List<ByteRange> ranges,
      List<Piece> pieces) {
    return exchange
        .here(blobs.open(vouched, ranges))
        .compose(blob -> opened(exchange, blob, status, type, pieces));
  }

  private Future<Void> opened(
      Exchange exchange, OpenBlob blob, int status, String type, List<Piece> pieces) {
    if (exchange.isOver()) {
      blob.close();
      return Future.succeededFuture();
    }
    exchange.cameAbout(blob.status());
    long length = pieces.stream().mapToLong(Piece::length).sum();
    HttpServerResponse response = exchange.response();
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(length));
    return new Pour(exchange, blob, pieces, stall).run();
  }
}
