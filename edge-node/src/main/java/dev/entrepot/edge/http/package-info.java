/**
 * The registry's door: HTTP in, OCI out.
 *
 * <p>Reading order: a {@link dev.entrepot.edge.http.RegistryServer} listens and hands each request
 * to the {@link dev.entrepot.edge.http.RegistryDoor}, which reads it with the {@link
 * dev.entrepot.edge.http.PathGrammar}, asks the gate, and lets one {@code Get…} class per kind of
 * thing answer it; {@code Answers} is the only place where a failure becomes a status; {@code Pour}
 * moves a blob's bytes; a {@link dev.entrepot.edge.http.DoorObserver} is told of each request, as
 * the {@link dev.entrepot.edge.http.AccessLog} and the {@link dev.entrepot.edge.http.PullLog} are.
 * May import {@code common}, {@code access}, {@code catalogue} and {@code blob}. Everything of one
 * connection happens on that connection's event loop; observers are called from all of them.
 */
@NullMarked
package dev.entrepot.edge.http;

import org.jspecify.annotations.NullMarked;
