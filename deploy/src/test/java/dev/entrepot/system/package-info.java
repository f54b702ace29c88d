/**
 * Whole-system tests: the packaged product, real origins and real clients, each its own process.
 *
 * <p>Reading order: {@link dev.entrepot.system.Programs} finds what Debian installs, {@link
 * dev.entrepot.system.Running} is a started process, {@link dev.entrepot.system.Origin} a {@code
 * docker-registry} with images, {@link dev.entrepot.system.EdgeProcess} the product; then one class
 * for each client.
 */
@NullMarked
package dev.entrepot.system;

import org.jspecify.annotations.NullMarked;
