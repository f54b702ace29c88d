/**
 * How a load is told: a table for people and JSON for programs, with the same content.
 *
 * <p>Reading order: {@link Report} is what there is to tell, {@link TableReport} and {@link
 * JsonReport} tell it, {@link ProgressLine} (on a terminal) and {@link ProgressLog} (elsewhere)
 * tell it while it goes on. Writes only to the writers it is given. May import {@code load}, the
 * JDK and Jackson.
 */
@NullMarked
package dev.entrepot.loadtest.load.report;

import org.jspecify.annotations.NullMarked;
