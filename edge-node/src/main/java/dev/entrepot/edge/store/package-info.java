/**
 * The only room that knows RocksDB.
 *
 * <p>Reading order: {@link dev.entrepot.edge.store.KeyValueStore} keeps small values in {@link
 * dev.entrepot.edge.store.Table}s behind the write-ahead log; {@link
 * dev.entrepot.edge.store.CellStore} keeps large blobs as {@link dev.entrepot.edge.store.CellId
 * cells} of chunks that are ingested whole and once; {@link dev.entrepot.edge.store.DiskRoom} lends
 * the threads that may block. Everything that says "blocks" must be called on those. May import
 * {@code common}.
 */
@NullMarked
package dev.entrepot.edge.store;

import org.jspecify.annotations.NullMarked;
