package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.oci.ByteRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** The changes behind the longer faults. */
final class Edits {
  private static final long MOST_GZIPPED = 16L << 20;

  private Edits() {}

  static Answer broken(RuntimeException e) {
    return Answer.error(OciErrorCode.UNKNOWN, "the script failed: " + e);
  }

  static Answer resized(Answer answer, long delta) {
    ByteRange part = answer.part();
    ByteRange other = new ByteRange(part.first(), Math.max(part.first(), part.end() + delta));
    return answer
        .with(answer.body().resized(Math.max(answer.body().size(), other.end())))
        .with(other);
  }

  static Answer gzipped(Answer answer) {
    if (answer.part().length() > MOST_GZIPPED) {
      throw new IllegalArgumentException("too large to compress in memory");
    }
    return Answer.of(answer.status(), answer.headers(), Bytes.held(gzip(answer)))
        .with("Content-Encoding", "gzip");
  }

  static Answer plain(int status) {
    return status < 400
        ? Answer.of(status, Headers.NONE, Bytes.held(new byte[0]))
        : Answer.error(status, codeOf(status), "scripted");
  }

  static Answer redirect(String location) {
    return plain(307).with("Location", location);
  }

  static Optional<Answer> hop(Request request, int hops) {
    int done = request.parameter("hop").map(Integer::parseInt).orElse(0);
    return done < hops
        ? Optional.of(redirect(request.path() + "?hop=" + (done + 1)))
        : Optional.empty();
  }

  private static OciErrorCode codeOf(int status) {
    return switch (status) {
      case 401 -> OciErrorCode.UNAUTHORIZED;
      case 403 -> OciErrorCode.DENIED;
      case 404 -> OciErrorCode.NAME_UNKNOWN;
      case 405 -> OciErrorCode.UNSUPPORTED;
      case 429 -> OciErrorCode.TOOMANYREQUESTS;
      case 503 -> OciErrorCode.UNAVAILABLE;
      default -> OciErrorCode.UNKNOWN;
    };
  }

  private static byte[] gzip(Answer answer) {
    byte[] plain = new byte[(int) answer.part().length()];
    answer.body().read(answer.part().first(), plain, plain.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
