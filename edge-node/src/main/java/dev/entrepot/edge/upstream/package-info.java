/**
 * The real registries.
 *
 * <p>Reading order: {@link dev.entrepot.edge.upstream.Upstreams} is the closed set of them and
 * routes by name; an {@code Upstream} speaks for one, over its {@code Mirror}s in order; {@code
 * Exchange} is one request with its redirects, {@code Targets} decides where a connection may go,
 * {@code Tokens} gets and keeps tokens, {@code Breaker} and {@code RetryBudget} say when not to
 * try. May import {@code common} and {@code origin}. Futures complete on Vert.x contexts.
 */
@NullMarked
package dev.entrepot.edge.upstream;

import org.jspecify.annotations.NullMarked;
