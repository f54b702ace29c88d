/**
 * How this edge comes to a name and a certificate of its own, and keeps them: it joins once with a
 * token, and renews by itself from then on.
 *
 * <p>Reading order: {@link dev.entrepot.edge.policy.enrol.Joining} gives a {@link
 * dev.entrepot.edge.policy.enrol.NodeIdentity}, {@link dev.entrepot.edge.policy.enrol.Renewal}
 * keeps it fresh; both speak through a control client that believes one authority alone. Blocks:
 * never called on an event loop. May import {@code common}.
 */
@NullMarked
package dev.entrepot.edge.policy.enrol;

import org.jspecify.annotations.NullMarked;
