package dev.entrepot.edge.http;

import dev.entrepot.common.oci.ByteRange;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The framing of {@code multipart/byteranges} (RFC 9110 section 14.6).
 *
 * @param boundary unpredictable, so that a blob cannot contain it on purpose
 */
record Multipart(String boundary, String type, long size) {

  /** {@code Content-Range} of one part. */
  static String contentRange(ByteRange range, long size) {
    return "bytes " + range.first() + "-" + (range.end() - 1) + "/" + size;
  }

  /** The whole body's {@code Content-Type}. */
  String contentType() {
    return "multipart/byteranges; boundary=" + boundary;
  }

  /** Exactly one part for each range, in their order. */
  List<Piece> pieces(List<ByteRange> ranges) {
    List<Piece> pieces = new ArrayList<>();
    for (ByteRange range : ranges) {
      pieces.add(new Piece.Text(Buffer.buffer(header(range))));
      pieces.add(new Piece.Part(range));
    }
    pieces.add(new Piece.Text(Buffer.buffer("\r\n--" + boundary + "--\r\n")));
    return pieces;
  }

  private String header(ByteRange range) {
    return "\r\n--"
        + boundary
        + "\r\nContent-Type: "
        + type
        + "\r\nContent-Range: "
        + contentRange(range, size)
        + "\r\n\r\n";
  }
}
