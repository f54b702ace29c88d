package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.oci.Digest;
import java.util.Optional;

/** What a registry without faults answers. */
final class Origin {
  private final Contents contents;
  private final Guard guard;
  private final Tokens tokens;
  private final Storage storage;

  Origin(Contents contents, Guard guard, Tokens tokens, Storage storage) {
    this.contents = contents;
    this.guard = guard;
    this.tokens = tokens;
    this.storage = storage;
  }

  Answer answer(Request request) {
    return request.side() == Side.STORAGE
        ? storage.answer(request)
        : registry(request).with("Docker-Distribution-Api-Version", "registry/2.0");
  }

  /** 401 with this registry's challenge. */
  Answer challenge(Request request) {
    return guard.challenge(request);
  }

  private Answer registry(Request request) {
    if (request.kind() == Kind.TOKEN) {
      return tokens.answer(request);
    }
    return guard.refusal(request).orElseGet(() -> allowed(request));
  }

  private Answer allowed(Request request) {
    if (!request.isHead() && !request.method().equals("GET")) {
      return Answer.error(OciErrorCode.UNSUPPORTED, "read only").with("Allow", "GET, HEAD");
    }
    return request.kind() == Kind.PING
        ? Answer.json(200, "{}")
        : contents
            .find(request.route().repository())
            .map(shelf -> inRepository(request, shelf))
            .orElseGet(() -> Answer.error(OciErrorCode.NAME_UNKNOWN, "no such repository"));
  }

  private Answer inRepository(Request request, Shelf shelf) {
    return switch (request.kind()) {
      case MANIFEST -> manifest(request, shelf);
      case BLOB -> blob(request, shelf);
      case TAGS -> Lists.tags(request, shelf, contents.pageSize());
      case REFERRERS -> referrers(request, shelf);
      case PING, TOKEN, STORAGE, OTHER -> Answer.error(OciErrorCode.NAME_UNKNOWN, "no such page");
    };
  }

  private static Answer manifest(Request request, Shelf shelf) {
    return request
        .digest()
        .or(() -> Optional.ofNullable(shelf.tags().get(request.route().reference())))
        .flatMap(digest -> Optional.ofNullable(shelf.manifests().get(digest)))
        .map(stored -> manifest(request, stored))
        .orElseGet(() -> Answer.error(OciErrorCode.MANIFEST_UNKNOWN, "no such manifest"));
  }

  private static Answer manifest(Request request, Shelf.Stored stored) {
    Headers headers =
        naming(stored.descriptor().digest())
            .plus("Content-Type", stored.descriptor().mediaType().value());
    return isKnown(request, stored.descriptor().digest())
        ? Answer.of(304, naming(stored.descriptor().digest()), Bytes.held(new byte[0]))
        : Answer.of(200, headers, stored.bytes());
  }

  private Answer blob(Request request, Shelf shelf) {
    Optional<Digest> digest = request.digest();
    if (digest.isEmpty()) {
      return Answer.error(OciErrorCode.DIGEST_INVALID, "not a digest");
    }
    return Optional.ofNullable(shelf.blobs().get(digest.get()))
        .map(bytes -> blob(request, digest.get(), bytes))
        .orElseGet(() -> Answer.error(OciErrorCode.BLOB_UNKNOWN, "no such blob"));
  }

  private Answer blob(Request request, Digest digest, Bytes bytes) {
    Headers headers = naming(digest).plus("Content-Type", "application/octet-stream");
    return storage
        .redirect(request, digest)
        .orElseGet(() -> Ranges.answer(request, bytes, headers));
  }

  private Answer referrers(Request request, Shelf shelf) {
    if (!contents.referrersSupported()) {
      return Answer.text(404, "text/plain", "404 page not found");
    }
    return request
        .digest()
        .map(digest -> Lists.referrers(request, digest, shelf, contents.pageSize()))
        .orElseGet(() -> Answer.error(OciErrorCode.DIGEST_INVALID, "not a digest"));
  }

  private static Headers naming(Digest digest) {
    return Headers.of("Docker-Content-Digest", digest.toString())
        .plus("ETag", "\"" + digest + "\"");
  }

  private static boolean isKnown(Request request, Digest digest) {
    return request.headers().lists("If-None-Match", digest.toString());
  }
}
