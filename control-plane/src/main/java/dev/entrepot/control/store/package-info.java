/**
 * What the control plane must not forget, in RocksDB. The only room that knows RocksDB.
 *
 * <p>Reading order: {@link dev.entrepot.control.store.ControlStore} is the port, {@link
 * dev.entrepot.control.store.RocksControlStore} what stands behind it; {@link
 * dev.entrepot.control.store.StateDirectory} says what lies where, {@link
 * dev.entrepot.control.store.Backup} copies it whole and brings it back. May import {@code common}.
 */
@NullMarked
package dev.entrepot.control.store;

import org.jspecify.annotations.NullMarked;
