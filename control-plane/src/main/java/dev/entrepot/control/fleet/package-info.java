/**
 * The control plane's doors: one for edges and for clients that want tokens, one for monitoring,
 * one for operators. The only room that answers requests itself; what stands behind comes through
 * ports.
 *
 * <p>Reading order: {@link dev.entrepot.control.fleet.ControlServer} with its {@link
 * dev.entrepot.control.fleet.ControlServer.Ports}, behind {@code Gate}, which counts connections
 * and gives each an {@code Arrival}; {@code SnapshotStream} is one edge that listens; {@link
 * dev.entrepot.control.fleet.ControlObserve}; {@link dev.entrepot.control.fleet.ControlAdmin} over
 * {@link dev.entrepot.control.fleet.Administration}. May import {@code common} and {@code policy}.
 * Runs on one event loop; what blocks goes to workers.
 */
@NullMarked
package dev.entrepot.control.fleet;

import org.jspecify.annotations.NullMarked;
