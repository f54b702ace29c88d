/**
 * What operators touch: health, readiness, metrics, and the admin door.
 *
 * <p>Reading order: {@link dev.entrepot.edge.ops.ObserveServer} is read-only and may be open to a
 * monitoring network; {@link dev.entrepot.edge.ops.AdminServer} is power and stays on loopback
 * unless it has a token; {@link dev.entrepot.edge.ops.Meters} holds the meters that the assembly
 * feeds. Fed by suppliers; may import {@code common} alone.
 */
@NullMarked
package dev.entrepot.edge.ops;

import org.jspecify.annotations.NullMarked;
