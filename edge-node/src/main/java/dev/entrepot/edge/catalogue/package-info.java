/**
 * What names mean: tags and their freshness, manifests, lists, and which repository mentions which
 * digest.
 *
 * <p>Reading order: {@link dev.entrepot.edge.catalogue.Catalogue} is what the door asks; {@link
 * dev.entrepot.edge.catalogue.CatalogueRoom} puts its parts together: manifests by tag and by
 * digest, lists, the voucher for blobs. {@code Freshness} decides from facts alone whether to serve
 * or to ask; the {@code …Index} and {@code …Shelf} classes each own the keys of one table. May
 * import {@code common}, {@code access}, {@code origin}, {@code store} and {@code cluster}.
 */
@NullMarked
package dev.entrepot.edge.catalogue;

import org.jspecify.annotations.NullMarked;
