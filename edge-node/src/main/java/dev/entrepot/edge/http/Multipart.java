package dev.entrepot.edge.http;

import dev.entrepot.common.oci.ByteRange;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code multipart/byteranges} (RFC 9110, section 14.6): one part for each range, in their order.
 */
final class Multipart {
  private final long size;
  private final String boundary;

  Multipart(long size, String requestId) {
    this.size = size;
    this.boundary = "entrepot-" + requestId;
  }

  String contentType() {
    return "multipart/byteranges; boundary=" + boundary;
  }

  /** What stands before a part's bytes. */
  byte[] head(ByteRange range, boolean isFirst) {
    String head =
        (isFirst ? "" : "\r\n")
            + "--"
            + boundary
            + "\r\nContent-Type: application/octet-stream\r\nContent-Range: "
            + contentRange(range, size)
            + "\r\n\r\n";
    return head.getBytes(StandardCharsets.US_ASCII);
  }

  /** What stands behind the last part. */
  byte[] tail() {
    return ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  long length(List<ByteRange> ranges) {
    long length = tail().length;
    for (int n = 0; n < ranges.size(); n++) {
      ByteRange range = ranges.get(n);
      length += head(range, n == 0).length + range.end() - range.first();
    }
    return length;
  }

  static String contentRange(ByteRange range, long size) {
    return "bytes " + range.first() + "-" + (range.end() - 1) + "/" + size;
  }
}
