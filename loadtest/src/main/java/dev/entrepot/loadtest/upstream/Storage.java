package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.Digest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The object store behind the registry, at an address of its own. Its addresses are signed over
 * their raw bytes, for GET alone, and it refuses to see an {@code Authorization} header, as S3
 * does.
 */
public final class Storage {
  /** Escapes in both cases, a plus, a tilde and a slash: whoever decodes and encodes breaks it. */
  private static final String AWKWARD =
      "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=fake%2Fus-east-1%2fs3"
          + "&response-content-disposition=attachment%3B+filename%3d%22a%20b~c/d%22&x-id=GetObject";

  private final Contents contents;
  private final Supplier<URI> base;
  private final AtomicLong key = new AtomicLong();
  private volatile int status;

  Storage(Contents contents, Supplier<URI> base) {
    this.contents = contents;
    this.base = base;
  }

  /** Redirects GET of blobs here with that status; 0 serves them at the registry again. */
  public void redirectBlobs(int redirectStatus) {
    status = redirectStatus;
  }

  /** Redirects GET of blobs here with 307. */
  public void redirectBlobs() {
    redirectBlobs(307);
  }

  /** No address given so far works any more: 403. */
  public void expireLinks() {
    key.incrementAndGet();
  }

  /** Where it listens. */
  public URI uri() {
    return base.get();
  }

  /** A signed address of that blob, good for one key. */
  public URI link(Digest digest) {
    return URI.create(base.get() + signed(digest));
  }

  /** The redirect of a blob request, if it is to be redirected. */
  Optional<Answer> redirect(Request request, Digest digest) {
    return status == 0 || request.isHead()
        ? Optional.empty()
        : Optional.of(
            Answer.of(status, Headers.NONE, Bytes.held(new byte[0]))
                .with("Location", base.get() + signed(digest)));
  }

  /** Answers a request at this listener. */
  Answer answer(Request request) {
    if (request.headers().has("Authorization")) {
      return xml(400, "InvalidArgument");
    }
    Optional<Digest> digest = request.digest();
    if (digest.isEmpty()
        || !request.method().equals("GET")
        || !request.target().equals(signed(digest.get()))) {
      return xml(403, "SignatureDoesNotMatch");
    }
    return contents
        .blobAnywhere(digest.get())
        .map(bytes -> Ranges.answer(request, bytes, headers(digest.get())))
        .orElseGet(() -> xml(404, "NoSuchKey"));
  }

  private static Headers headers(Digest digest) {
    return Headers.of("Content-Type", "application/octet-stream")
        .plus("ETag", "\"" + digest.hex().substring(0, 32) + "\"");
  }

  private String signed(Digest digest) {
    String plain = "/bucket/" + digest.algorithm().label() + "/" + digest.hex() + AWKWARD;
    byte[] signing = (key.get() + plain).getBytes(StandardCharsets.UTF_8);
    return plain + "&X-Amz-Signature=" + Digest.sha256(signing).hex();
  }

  private static Answer xml(int status, String code) {
    return Answer.text(status, "application/xml", "<Error><Code>" + code + "</Code></Error>");
  }
}
