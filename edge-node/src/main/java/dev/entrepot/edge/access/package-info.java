/**
 * Who is asking, and may they.
 *
 * <p>Reading order: a {@link dev.entrepot.edge.access.Caller} asks the {@link
 * dev.entrepot.edge.access.Gate}, which alone mints a {@link dev.entrepot.edge.access.Permit}; the
 * catalogue adds its knowledge and makes it a {@link dev.entrepot.edge.access.Vouched} blob; {@link
 * dev.entrepot.edge.access.Visibility} is what the gate must be told about repositories. May import
 * {@code common} and {@code policy}. Runs on the caller's event loop; never blocks.
 */
@NullMarked
package dev.entrepot.edge.access;

import org.jspecify.annotations.NullMarked;
