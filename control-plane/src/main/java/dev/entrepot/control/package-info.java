/**
 * The control plane: issues tokens, and tells edges which to accept. It never carries a blob's
 * bytes, and no edge needs it for a pull.
 */
@NullMarked
package dev.entrepot.control;

import org.jspecify.annotations.NullMarked;
