package dev.entrepot.control.fleet;

import dev.entrepot.common.config.ControlSettings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hangs up on connections that ask nothing. A connection is first seen when its TLS handshake is
 * done, and one of HTTP/2 when its client's settings have come; until then an {@link Arrival}
 * watches over it.
 */
final class Connections {
  /** How long a connection stays that asks nothing more. */
  static final Duration KEEP_ALIVE = Duration.ofSeconds(60);

  private static final long NONE = -1;

  private final Vertx vertx;
  private final ControlSettings.Limits limits;
  private final Map<HttpConnection, Long> timers = new ConcurrentHashMap<>();

  Connections(Vertx vertx, ControlSettings.Limits limits) {
    this.vertx = vertx;
    this.limits = limits;
  }

  void opened(HttpConnection connection) {
    Arrival.over(HangUp.channel(connection));
    connection.closeHandler(_ -> closed(connection));
    arm(connection, limits.requestTimeout());
  }

  /** A request has come; the next one is waited for from now on. */
  void asked(HttpConnection connection) {
    arm(connection, KEEP_ALIVE.plus(limits.requestTimeout()));
  }

  /** This connection lives as long as its answer. */
  void streams(HttpConnection connection) {
    Long timer = timers.put(connection, NONE);
    if (timer != null && timer != NONE) {
      vertx.cancelTimer(timer);
    }
  }

  private void arm(HttpConnection connection, Duration wait) {
    Long before = timers.get(connection);
    if (before != null && before == NONE) {
      return;
    }
    long timer = vertx.setTimer(wait.toMillis(), _ -> HangUp.on(connection));
    Long replaced = timers.put(connection, timer);
    if (replaced != null) {
      vertx.cancelTimer(replaced);
    }
  }

  private void closed(HttpConnection connection) {
    Long timer = timers.remove(connection);
    if (timer != null && timer != NONE) {
      vertx.cancelTimer(timer);
    }
  }
}
