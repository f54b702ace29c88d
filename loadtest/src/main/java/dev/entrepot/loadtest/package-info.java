/**
 * Load and fault programs for an edge. Reading order: {@code upstream}, the scripted registry that
 * an edge pulls from. May import {@code common} and the JDK.
 */
@NullMarked
package dev.entrepot.loadtest;

import org.jspecify.annotations.NullMarked;
