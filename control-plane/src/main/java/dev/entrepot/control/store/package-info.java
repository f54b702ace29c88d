/**
 * What the control plane must not forget, in RocksDB. The only room that knows RocksDB.
 *
 * <p>Reading order: {@link dev.entrepot.control.store.ControlStore}. May import {@code common}.
 */
@NullMarked
package dev.entrepot.control.store;

import org.jspecify.annotations.NullMarked;
