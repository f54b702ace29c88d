package dev.entrepot.control.fleet;

import io.vertx.core.http.HttpServerRequest;

/** Answers {@code GET} and {@code POST /token}, within limits of its own; must not block. */
@FunctionalInterface
public interface TokenEndpoint {

  /**
   * Takes over a request of which no byte of the body has been read.
   *
   * @param clientAddress an IP literal
   */
  void handle(HttpServerRequest request, String clientAddress);

  /** Issues none. */
  static TokenEndpoint closed() {
    return (request, _) -> Answers.error(request, 503, "this control plane issues no tokens");
  }
}
