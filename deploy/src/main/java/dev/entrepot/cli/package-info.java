/**
 * The {@code entrepot} command.
 *
 * <p>Reading order: {@link Main} starts {@link EntrepotCommand}, whose methods are the subcommands;
 * {@link EdgeProgram} is what {@code standalone} and {@code edge} run, {@link EdgeLauncher} the
 * real one. {@link ControlPlaneCommand} runs a control plane; {@link KeysCommand}, {@link
 * TokenCommand}, {@link JoinTokenCommand} and {@link NodeCommand} give it orders through {@link
 * AdminClient}. May import settings from {@code common} and whatever the launcher wires together.
 * Main thread alone.
 */
@NullMarked
package dev.entrepot.cli;

import org.jspecify.annotations.NullMarked;
