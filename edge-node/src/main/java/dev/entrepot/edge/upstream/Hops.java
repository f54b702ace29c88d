package dev.entrepot.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.Set;

/**
 * Follows redirects by hand (RFC 9110 section 15.4): the target stays as it was signed, and
 * credentials stay with the origin that they belong to. Nothing is remembered: redirects are
 * short-lived secrets.
 */
final class Hops {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Vertx vertx;
  private final Wire wire;
  private final Failures failures;
  private final int most;

  Hops(Vertx vertx, Wire wire, Failures failures, int most) {
    this.vertx = vertx;
    this.wire = wire;
    this.failures = failures;
    this.most = most;
  }

  /** Sends, and follows until somebody answers with something else than a redirect. */
  Future<Reply> follow(Ask ask, Target start, Optional<String> authorization) {
    return hop(ask, start, start, authorization, most);
  }

  /** Sends once; a redirect is an answer like others. */
  Future<Reply> once(Ask ask, Target target, Optional<String> authorization) {
    return wire.send(ask, target, target, authorization);
  }

  static boolean isRedirect(Reply reply) {
    return REDIRECTS.contains(reply.status());
  }

  private Future<Reply> hop(
      Ask ask, Target start, Target at, Optional<String> authorization, int left) {
    return wire.send(ask, at, start, authorization)
        .compose(reply ->
            isRedirect(reply)
                ? next(ask, start, reply, authorization, left)
                : Future.succeededFuture(reply));
  }

  private Future<Reply> next(
      Ask ask, Target start, Reply reply, Optional<String> authorization, int left) {
    reply.discard(vertx, ask.isHead());
    Optional<Target> next = reply.header("Location").flatMap(reply.from()::resolve);
    if (next.isEmpty()) {
      return Future.failedFuture(failures.lied(reply.from() + " redirects to nowhere"));
    }
    if (left == 0) {
      return Future.failedFuture(failures.lied(start + " redirects without end"));
    }
    if (start.ssl() && !next.get().ssl()) {
      return Future.failedFuture(failures.lied(start + " redirects from https to http"));
    }
    Optional<String> kept = authorization.filter(_ -> next.get().sameOrigin(reply.from()));
    return hop(ask, start, next.get(), kept, left - 1);
  }
}
