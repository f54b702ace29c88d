/**
 * What travels between the programs of an installation, and how it is written.
 *
 * <p>Reading order: a {@link dev.entrepot.common.wire.Snapshot} is everything that an edge is told
 * from afar, {@link dev.entrepot.common.wire.SnapshotCodec} signs and reads it; {@link
 * dev.entrepot.common.wire.AccessToken} is what clients carry; {@link
 * dev.entrepot.common.wire.NodeCredentials} and {@link dev.entrepot.common.wire.Enrolment} are how
 * an edge proves who it is, and how it came to that. May import {@code jose} and {@code json}.
 */
@NullMarked
package dev.entrepot.common.wire;

import org.jspecify.annotations.NullMarked;
