/**
 * A registry that does what a script says: serves, delays, lies, breaks off, and writes down all
 * that it was asked.
 *
 * <p>Reading order: {@link ScriptedRegistry} is the whole; {@link Contents} is what it serves, made
 * of {@link Bytes}; {@link Auth} and {@link Tokens} say who may; {@link Storage} is where blobs are
 * redirected to; {@link Faults} hold rules of a {@link Match} and what {@link Fault} then happens
 * to a {@link Request} and its {@link Answer}; the {@link Journal} tells what was asked. The rest
 * is HTTP/1.1 on plain sockets. May import {@code common.oci} and {@code common.failure}. One
 * virtual thread for each connection; everything public may be called from any thread at any time.
 */
@NullMarked
package dev.entrepot.loadtest.upstream;

import org.jspecify.annotations.NullMarked;
