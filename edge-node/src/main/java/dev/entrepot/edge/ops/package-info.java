/**
 * What operators see: health, readiness, meters and the admin door.
 *
 * <p>Reading order: {@link dev.entrepot.edge.ops.Meters} names every meter; {@link
 * dev.entrepot.edge.ops.ObserveServer} shows them, read-only, to whoever can reach it; {@link
 * dev.entrepot.edge.ops.AdminServer} is for the operator alone. Fed by suppliers; may import {@code
 * common}.
 */
@NullMarked
package dev.entrepot.edge.ops;

import org.jspecify.annotations.NullMarked;
