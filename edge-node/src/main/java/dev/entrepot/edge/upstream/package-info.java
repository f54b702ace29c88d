/**
 * Remote registries: the token dance, redirects, mirrors, retries and limits.
 *
 * <p>Reading order: an {@link dev.entrepot.edge.upstream.UpstreamConfig} says what one upstream is,
 * {@link dev.entrepot.edge.upstream.UpstreamSettings} how patient we are with all of them; {@link
 * dev.entrepot.edge.upstream.Upstreams} is the closed set of them and hands each question to the
 * right {@link dev.entrepot.edge.upstream.UpstreamClient}. Beneath: {@code Mirrors} tries one
 * {@code Source} after the other, {@code Source} retries, {@code Dance} shows tokens, {@code Hops}
 * follows redirects, {@code Wire} sends one request to an address that {@code Reach} allows.
 *
 * <p>May import {@code common} and {@code edge.origin}. Everything may be called from any thread;
 * futures complete on any thread.
 */
@NullMarked
package dev.entrepot.edge.upstream;

import org.jspecify.annotations.NullMarked;
