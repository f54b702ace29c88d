/**
 * Bytes by digest: what is held, what is being fetched, and what goes.
 *
 * <p>Reading order: {@link dev.entrepot.edge.blob.Blobs} opens a blob for reading as an {@link
 * dev.entrepot.edge.blob.OpenBlob}; {@link dev.entrepot.edge.blob.BlobCache} looks whether it is
 * held ({@code HeldReader}) or joins the reader to its one {@code Fill} ({@code Fills}, {@code
 * FillReader}). A fill's {@code Leg}s bring bytes, {@code Spans} says which, {@code Proof} hashes
 * them, {@code Serving} gives them to readers. {@code BlobIndex} remembers what is held, {@code
 * Shelf} makes room by {@code Touches}. May import {@code common}, {@code access}, {@code origin}
 * and {@code store}. A fill runs on its own lane; disk work runs on disk threads; nothing blocks an
 * event loop.
 */
@NullMarked
package dev.entrepot.edge.blob;

import org.jspecify.annotations.NullMarked;
