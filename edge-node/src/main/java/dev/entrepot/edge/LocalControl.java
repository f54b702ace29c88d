package dev.entrepot.edge;

import dev.entrepot.edge.http.TokenHandler;
import dev.entrepot.edge.policy.SnapshotFeed;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.security.interfaces.RSAPublicKey;
import java.util.function.Function;

/**
 * A control plane within this very process.
 *
 * @param installation its name
 * @param snapshotKey that its snapshots are signed with
 * @param feed brings them
 * @param tokens answers {@code /token} at the registry's doors
 * @param operator answers what the edge's admin door does not know itself
 */
public record LocalControl(
    String installation,
    RSAPublicKey snapshotKey,
    SnapshotFeed feed,
    TokenHandler tokens,
    Function<Vertx, Handler<HttpServerRequest>> operator) {}
