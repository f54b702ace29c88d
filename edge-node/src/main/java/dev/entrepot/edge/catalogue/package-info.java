/**
 * What names mean: tags and their freshness, manifests, lists, and which repository mentions which
 * digest.
 *
 * <p>Reading order: {@link dev.entrepot.edge.catalogue.Catalogue}. May import {@code common}, {@code
 * access}, {@code origin}, {@code store} and {@code cluster}.
 */
@NullMarked
package dev.entrepot.edge.catalogue;

import org.jspecify.annotations.NullMarked;
