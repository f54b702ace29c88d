package dev.entrepot.control.fleet;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of bodies that have not ended may lie in memory, over all connections together: each
 * alone is small, but one client may begin very many. A body counts from its head on with all that
 * may be kept of it; what is too much is sent away. Callable from any thread.
 */
public final class Bodies {
  /** Thousands of the token service's longest. */
  public static final long MOST = 32L << 20;

  private final long most;
  private final AtomicLong unfinished = new AtomicLong();

  /** Room for so many bytes. */
  public Bodies(long most) {
    this.most = most;
  }

  /**
   * Whether there is room for the body of a request, of which nothing has been read; otherwise the
   * request is answered here. The room is free again when the request has ended, has failed or was
   * reset.
   *
   * @param longest how many bytes of it are kept
   */
  public boolean admit(HttpServerRequest request, int longest) {
    if (unfinished.addAndGet(longest) > most) {
      unfinished.addAndGet(-longest);
      request.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
      Answers.error(request, 503, "too many requests have not ended; ask again in a second");
      return false;
    }
    request.end().onComplete(_ -> unfinished.addAndGet(-longest));
    return true;
  }

  /** How many bytes are set aside for bodies that have not ended. */
  public long unfinished() {
    return unfinished.get();
  }
}
