package dev.entrepot.edge.origin;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import io.vertx.core.Future;
import java.util.OptionalLong;

/** Somewhere bytes can come from when this edge does not hold them. */
public interface BlobOrigin {

  /**
   * What the origin says of a blob of that repository, without its bytes: HEAD, or a GET of one
   * byte where HEAD is refused. Fails with {@code UnknownBlob} (404), {@code OriginDenied}, {@code
   * OriginBusy}, {@code OriginUnreachable}, {@code OriginTimeout} or {@code OriginLied}.
   *
   * @return the size in bytes
   */
  Future<Long> size(Repository repository, Digest digest);

  /**
   * Asks for a blob, or a part of it. Fails like {@link #size}. The origin has tried its mirrors
   * and its bounded retries before it fails; resuming a body that broke in the middle is the
   * caller's matter.
   *
   * @param span which bytes; sent as {@code Range} unless it begins at 0 and has no end
   */
  Future<Answer> fetch(Repository repository, Digest digest, Span span);

  /**
   * A part of a blob: {@code first} inclusive, {@code end} exclusive or open.
   *
   * @param first position of the first byte
   * @param end position behind the last byte wanted; empty means to the end of the blob
   */
  record Span(long first, OptionalLong end) {
    /** The whole blob, asked without {@code Range}. */
    public static final Span WHOLE = new Span(0, OptionalLong.empty());
  }

  /**
   * An answer whose headers have arrived.
   *
   * @param first position in the blob of the body's first byte: {@code span.first} for a checked
   *     206, 0 when the origin ignored the range and sends the whole
   * @param total size of the whole blob, as far as the origin said it
   * @param via who sends the bytes
   * @param body the bytes; the receiver must read or cancel it
   */
  record Answer(long first, OptionalLong total, Via via, Body body) {}
}
