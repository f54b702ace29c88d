/**
 * Bytes by digest: what is held, what is being fetched, and what goes.
 *
 * <p>Reading order: {@link dev.entrepot.edge.blob.Blobs} opens a blob for reading as an {@link
 * dev.entrepot.edge.blob.OpenBlob}. May import {@code common}, {@code access}, {@code origin} and
 * {@code store}.
 */
@NullMarked
package dev.entrepot.edge.blob;

import org.jspecify.annotations.NullMarked;
