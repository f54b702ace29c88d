/**
 * The command {@code entrepot loadtest}: words of the command line become plans of the load tool.
 *
 * <p>Reading order: {@link LoadtestCommand} holds {@link PullCommand}, {@link HerdCommand} and
 * {@link CompareCommand}; what they share are {@link ClientOptions}, {@link ImageOptions}, {@link
 * PaceOptions} and {@link TellingOptions}; a {@link Run} lets a load run, hears of an interrupt
 * through {@link Interruption}, and tells how it went. May import {@code loadtest} and the settings
 * of {@code common}. Main thread alone, but for the hook of {@link Interruption}.
 */
@NullMarked
package dev.entrepot.cli.loadtest;

import org.jspecify.annotations.NullMarked;
