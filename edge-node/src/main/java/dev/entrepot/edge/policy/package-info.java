/**
 * What this edge has been told by its control plane: the last good snapshot, kept over restarts.
 *
 * <p>Reading order: a {@link dev.entrepot.edge.policy.SnapshotFeed} brings signed snapshots. May
 * import {@code common}.
 */
@NullMarked
package dev.entrepot.edge.policy;

import org.jspecify.annotations.NullMarked;
