package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.wire.AccessToken;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A request that is over.
 *
 * @param token what the caller was let in by; empty for the network alone, and who was not let in
 * @param status the HTTP status sent; 0 when the client left before one was
 * @param bytes body bytes handed to the socket
 * @param cache how the answer came about, where that is known
 * @param failure why there was no answer, or why it was broken off
 * @param code the OCI code sent with a failure
 * @param aborted whether the answer did not reach its end
 */
public record Answered(
    Asking asking,
    Optional<AccessToken> token,
    int status,
    long bytes,
    Duration duration,
    Optional<CacheStatus> cache,
    Optional<Failure> failure,
    Optional<OciErrorCode> code,
    boolean aborted) {

  /** For a meter's tag: the failure's kind, {@code aborted} or {@code success}. */
  public String outcome() {
    return failure
        .map(why -> why.getClass().getSimpleName().toLowerCase(Locale.ROOT))
        .orElse(aborted ? "aborted" : "success");
  }

  /** For a meter's tag: one word for how the answer came about; {@code none} when unknown. */
  public String cacheWord() {
    return cache.map(CacheStatusField::word).orElse("none");
  }

  /** For a meter's tag: where the bytes came from. */
  public String source() {
    return cache.map(Answered::source).orElse("none");
  }

  /** Whether the bytes came from this edge's own store. */
  public boolean fromStore() {
    return source().equals("store");
  }

  private static String source(CacheStatus status) {
    if (status.details().contains(CacheStatus.Detail.PEER)) {
      return "peer";
    }
    return status.outcome() == CacheStatus.Outcome.HIT ? "store" : "fill";
  }
}
