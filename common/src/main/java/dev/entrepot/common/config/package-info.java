/**
 * Reading settings into typed values, with every complaint collected before anything is refused.
 *
 * <p>Reading order: {@link EdgeSettings} is what a program gets; {@link Settings} reads one section
 * of a file and of the environment, each value by its {@link Form}, and notes a {@link Complaint}
 * for whatever it does not understand; {@link Key} is what the reference page says about one key; a
 * {@link Refusal} is one sentence instead of a start. May import {@code net}. Used at start alone,
 * on the main thread.
 */
@NullMarked
package dev.entrepot.common.config;

import org.jspecify.annotations.NullMarked;
