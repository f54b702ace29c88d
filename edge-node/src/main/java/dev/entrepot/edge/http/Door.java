package dev.entrepot.edge.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** What answers at the addresses that a server listens on. */
public interface Door {

  /** The handler for one address. */
  Handler<HttpServerRequest> at(Listener listener);
}
