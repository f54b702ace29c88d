/**
 * The ports a miss goes through.
 *
 * <p>Reading order: {@link dev.entrepot.edge.origin.BlobOrigin} gives the bytes of a blob as a
 * {@link dev.entrepot.edge.origin.Body}, which whoever stands behind builds on {@link
 * dev.entrepot.edge.origin.PulledPieces}; {@link dev.entrepot.edge.origin.ManifestOrigin} answers
 * for manifests, tag lists and referrers. Failed futures carry a {@link
 * dev.entrepot.common.failure.PullException}; a cause that is not one of those is a bug. All
 * futures may complete on any thread: callers go back to their own. May import {@code common}.
 */
@NullMarked
package dev.entrepot.edge.origin;

import org.jspecify.annotations.NullMarked;
