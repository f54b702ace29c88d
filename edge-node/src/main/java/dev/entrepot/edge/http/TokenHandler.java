package dev.entrepot.edge.http;

import io.vertx.core.http.HttpServerRequest;

/** Answers {@code /token}, within limits of its own; must not block. */
@FunctionalInterface
public interface TokenHandler {

  /**
   * Takes over a request of which no byte of the body has been read.
   *
   * @param clientAddress an IP literal; empty when it is not known
   */
  void handle(HttpServerRequest request, String clientAddress);
}
