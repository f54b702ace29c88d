/**
 * The control plane: issues tokens, and tells edges which to accept. It never carries a blob's
 * bytes, and no edge needs it for a pull.
 *
 * <p>Reading order: {@link dev.entrepot.control.ControlPlane} runs one; {@code ControlAssembly} is
 * its parts list; {@code ControlState} is what decides, also without doors in {@link
 * dev.entrepot.control.EmbeddedControl}. May import every room; imported by none. Rooms, from the
 * floor up: {@code store}; {@code keys}, {@code ca}, {@code policy} on it, and {@code tokens} on
 * nothing; {@code fleet} on {@code policy}.
 */
@NullMarked
package dev.entrepot.control;

import org.jspecify.annotations.NullMarked;
