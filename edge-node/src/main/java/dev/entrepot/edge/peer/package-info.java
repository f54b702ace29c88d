/**
 * The other edges of the site, as a place where things come from before the upstream is asked.
 *
 * <p>Reading order: {@link dev.entrepot.edge.peer.PeerClient} asks one of them at its peer door;
 * {@link dev.entrepot.edge.peer.SiteBlobs} and {@link dev.entrepot.edge.peer.SiteManifests} stand
 * in front of the upstreams and decide whom to ask. For each thing one edge, its owner, is the
 * first of the ranking; the owner alone asks the upstream, the others ask the owner, one hop at
 * most. Whatever a neighbour does costs a detour, never an answer. May import {@code common},
 * {@code origin} and {@code cluster}.
 */
@NullMarked
package dev.entrepot.edge.peer;

import org.jspecify.annotations.NullMarked;
