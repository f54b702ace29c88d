/**
 * A small HTTP/1.1 client that reads everything and believes nothing: what one client of a load
 * speaks with.
 *
 * <p>Reading order: {@link Session} is one client, {@link Dialer} opens its connections, {@link
 * Connection} asks and hands on the body as it arrives in an {@link Inbound}; {@link Challenge} and
 * {@link Access} answer a 401; {@link Trouble} says what can go wrong and {@link PullFailed} that
 * it did. Blocking sockets, one platform thread for each session. May import {@code common}, the
 * JDK and Jackson.
 */
@NullMarked
package dev.entrepot.loadtest.load.http;

import org.jspecify.annotations.NullMarked;
