package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.Failure.OriginBusy;
import dev.entrepot.common.failure.Failure.OriginLied;
import dev.entrepot.common.failure.Failure.OriginTimeout;
import dev.entrepot.common.failure.Failure.OriginUnreachable;
import dev.entrepot.common.failure.Failure.Overloaded;
import dev.entrepot.common.failure.PullException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** What went wrong at one upstream, in words that hold no path, query or credential. */
record Failures(String upstream) {

  PullException unreachable(String detail) {
    return new OriginUnreachable(upstream, detail).asException();
  }

  PullException timeout(String detail) {
    return new OriginTimeout(upstream, detail).asException();
  }

  PullException lied(String detail) {
    return new OriginLied(upstream, detail).asException();
  }

  PullException busy(Duration retryAfter) {
    return new OriginBusy(upstream, retryAfter).asException();
  }

  PullException overloaded() {
    return new Overloaded("all connections to " + upstream + " are in use", Duration.ofSeconds(1))
        .asException();
  }

  /** The failure that an exception of the HTTP client stands for. */
  PullException of(Target target, Throwable cause) {
    return switch (cause) {
      case PullException ours -> ours;
      case ConnectionPoolTooBusyException _ -> overloaded();
      case TimeoutException _ -> overloaded();
      case io.netty.channel.ConnectTimeoutException _ ->
          unreachable("connecting to " + target + " took too long");
      case ConnectException _ -> unreachable("no connection to " + target);
      case NoRouteToHostException _ -> unreachable("no route to " + target);
      case UnknownHostException _ -> unreachable("no address for " + target);
      case SSLException tls -> unreachable("TLS with " + target + " failed: " + tls.getMessage());
      default ->
          unreachable("connection to " + target + " broke: " + cause.getClass().getSimpleName());
    };
  }

  /** Whether the failed thing is worth asking again. */
  static boolean isPassing(Throwable cause) {
    Failure failure = PullException.failureOf(cause);
    return failure instanceof OriginUnreachable || failure instanceof OriginTimeout;
  }

  /** Whether the failure is an answer of the upstream about the thing asked for. */
  static boolean isAnswer(Throwable cause) {
    return switch (PullException.failureOf(cause)) {
      case OriginUnreachable _, OriginTimeout _, OriginBusy _, OriginLied _ -> false;
      default -> true;
    };
  }
}
