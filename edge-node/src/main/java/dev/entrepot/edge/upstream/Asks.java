package dev.entrepot.edge.upstream;

import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;

/** Makes requests with the headers that all of them have. */
record Asks(String userAgent) {

  /** A small one. */
  Ask of(Kind kind, HttpMethod method, String accept, Duration patience) {
    return of(kind, method, accept, Deadline.in(patience));
  }

  /** A small one. */
  Ask of(Kind kind, HttpMethod method, String accept, Deadline deadline) {
    return new Ask(kind, method, headers(accept), false, deadline);
  }

  /** One whose answer may be long. */
  Ask bulk(Kind kind, Deadline deadline) {
    return new Ask(kind, HttpMethod.GET, headers("*/*"), true, deadline);
  }

  private MultiMap headers(String accept) {
    return HttpHeaders.headers()
        .set("User-Agent", userAgent)
        .set("Accept", accept)
        .set("Accept-Encoding", "identity");
  }
}
