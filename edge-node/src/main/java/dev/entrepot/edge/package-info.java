/**
 * An edge node: its parts list, its start and its end.
 *
 * <p>Reading order: {@link dev.entrepot.edge.Edge} starts and stops one; {@code EdgeConfig} turns
 * settings into what the rooms want; {@code EdgeAssembly} is the parts list. May import every room;
 * no room imports this.
 */
@NullMarked
package dev.entrepot.edge;

import org.jspecify.annotations.NullMarked;
