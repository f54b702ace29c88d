package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.oci.AskedRange;
import dev.entrepot.common.oci.ByteRange;
import java.util.Optional;

/** Answers with all or one part of some content (RFC 9110 section 14). */
final class Ranges {
  private Ranges() {}

  static Answer answer(Request request, Bytes content, Headers headers) {
    Answer whole = Answer.of(200, headers.plus("Accept-Ranges", "bytes"), content);
    Optional<AskedRange> asked = request.range().filter(_ -> isWanted(request, headers));
    return asked.map(range -> part(whole, range.within(content.size()))).orElse(whole);
  }

  private static boolean isWanted(Request request, Headers headers) {
    Optional<String> condition = request.headers().first("If-Range");
    return !request.isHead() && (condition.isEmpty() || condition.equals(headers.first("ETag")));
  }

  private static Answer part(Answer whole, Optional<ByteRange> range) {
    long size = whole.body().size();
    return range
        .map(part ->
            new Answer(206, whole.headers(), whole.body(), part, whole.framing())
                .with(
                    "Content-Range", "bytes " + part.first() + "-" + (part.end() - 1) + "/" + size))
        .orElseGet(() ->
            Answer.error(OciErrorCode.RANGE_INVALID, "not satisfiable")
                .with("Content-Range", "bytes */" + size));
  }
}
