package dev.entrepot.edge.upstream;

import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;

/**
 * A GET or HEAD, wherever it goes.
 *
 * @param headers all but {@code Authorization}
 * @param bulk whether the answer may be long
 */
record Ask(Kind kind, HttpMethod method, MultiMap headers, boolean bulk, Deadline deadline) {

  boolean isHead() {
    return method.equals(HttpMethod.HEAD);
  }
}
