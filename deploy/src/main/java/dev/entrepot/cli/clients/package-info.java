/**
 * How clients are pointed at an edge.
 *
 * <p>Reading order: a {@link ClientSetup} is a list of {@link SetupFile}s with remarks, written for
 * a {@link ClientKind} by {@link DockerSetup}, {@link ContainerdSetup} or {@link PodmanSetup} from
 * an {@link EdgeView}; {@link ClientFiles} prints or writes it. May import settings from {@code
 * common}.
 */
@NullMarked
package dev.entrepot.cli.clients;

import org.jspecify.annotations.NullMarked;
