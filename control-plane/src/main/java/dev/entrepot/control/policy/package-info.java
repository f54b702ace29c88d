/**
 * What edges are told: what no longer counts, and everything together as one signed document.
 *
 * <p>Reading order: {@link dev.entrepot.control.policy.Revocations}; {@link
 * dev.entrepot.control.policy.Snapshots} makes a new {@link dev.entrepot.control.policy.Published}
 * at each change. What it is made of comes through {@link
 * dev.entrepot.control.policy.Snapshots.Sources}. May import {@code common} and {@code store}.
 */
@NullMarked
package dev.entrepot.control.policy;

import org.jspecify.annotations.NullMarked;
